"""Stands in for a container CLI: it builds nothing, and what it pushes is a manifest put into the embedded AWS.

``PUSHED`` names a file that gets the references that were pushed, a line each.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path


def main(verb: str, *words: str) -> None:
    if verb == "image":
        whole = {"Id": "sha256:0a1b", "Os": "linux", "Architecture": "amd64", "Config": {"Cmd": ["run"]}}
        sys.stdout.write("sha256:0a1b linux/amd64\n" if "--format" in words else json.dumps([whole]))
    elif verb == "images":
        sys.stdout.write("[]")
    elif verb == "push":
        _push(words[-1])


def _push(reference: str) -> None:
    host, _, name = reference.partition("/")
    repository, _, tag = name.rpartition(":")
    manifest = {"schemaVersion": 2, "layers": [{"digest": reference}]}
    body = {
        "repositoryName": repository,
        "imageTag": tag,
        "imageManifest": json.dumps(manifest),
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
    }
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/{host.split('.')[3]}/ecr/aws4_request"
    headers = {
        "X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.PutImage",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass
    with Path(os.environ["PUSHED"]).open("a", encoding="utf-8") as file:
        file.write(f"{reference}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
