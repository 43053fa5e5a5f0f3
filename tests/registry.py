"""A real registry, and an account whose ECR has it behind itself: moto's own holds manifests and takes no push."""

from __future__ import annotations

import base64
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.cli.wire import laid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from s3ecs.local.control import Server
    from tests.cli.wire import Wire

USER: Final = "AWS"
PASSWORD: Final = "sesame-open"  # noqa: S105 - of a registry that lives for a test
# bcrypt of that word, which is all that the registry reads
HTPASSWD: Final = f"{USER}:$2b$05$abcdefghijklmnopqrstuuS9BZOyeahxQEvqVJ2MwcTfokCZow8ni\n"
CONFIGURATION: Final = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: "{folder}/data"}}}}
http: {{addr: "127.0.0.1:{port}"}}
auth: {{htpasswd: {{realm: test, path: "{folder}/htpasswd"}}}}
"""
MANIFESTS: Final = (
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.index.v1+json"
)


@dataclass
class Registry:
    """One that runs; ``host`` is how an image's name begins."""

    host: str

    def get(self, path: str) -> tuple[Any, str]:
        """What it answers, and the digest of that; an empty answer where there is nothing."""
        request = urllib.request.Request(f"http://{self.host}/v2/{path}", headers={"Accept": MANIFESTS})
        request.add_header("Authorization", f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.read().decode(), answer.headers.get("Docker-Content-Digest", "")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return "{}", ""

    def tags(self, repository: str) -> dict[str, str]:
        """Tag to digest of everything that a repository holds."""
        names = json.loads(self.get(f"{repository}/tags/list")[0]).get("tags") or ()
        return {name: self.get(f"{repository}/manifests/{name}")[1] for name in names}


@contextmanager
def running(folder: Path) -> Iterator[Registry]:
    """A registry that keeps everything below ``folder`` and lets in who knows the password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "htpasswd").write_text(HTPASSWD, encoding="utf-8")
    (folder / "config.yml").write_text(CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    program = shutil.which("docker-registry") or "docker-registry"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve", str(folder / "config.yml")], stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield Registry(f"127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert process.poll() is None
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the registry does not listen")


@dataclass
class Ecr:
    """What a wire to the embedded AWS does with calls to ECR: the registry's images are there, its host is named."""

    registry: Registry
    client: Any
    known: set[tuple[str, str]] = field(default_factory=set)

    def lay(self, wire: Wire) -> None:
        for call in ("DescribeRepositories", "CreateRepository"):
            wire.behind[f"ecr {call}"] = self._named
        wire.behind["ecr GetAuthorizationToken"] = self._token
        wire.before["ecr DescribeImages"] = self._bring

    def _named(self, answer: bytes) -> bytes:
        return re.sub(rb'("repositoryUri": ?")[^/"]*', rb"\g<1>" + self.registry.host.encode(), answer)

    def _token(self, _: bytes) -> bytes:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        found = {"authorizationToken": token, "proxyEndpoint": f"http://{self.registry.host}", "expiresAt": 4102444800}
        return json.dumps({"authorizationData": [found]}).encode()

    def _bring(self, body: bytes) -> None:
        """Tell moto of what was pushed since."""
        repository = json.loads(body)["repositoryName"]
        for tag, digest in self.registry.tags(repository).items():
            if (repository, tag) not in self.known:
                manifest, _ = self.registry.get(f"{repository}/manifests/{tag}")
                self.client.put_image(
                    repositoryName=repository,
                    imageManifest=manifest,
                    imageManifestMediaType=json.loads(manifest).get("mediaType", MANIFESTS.partition(",")[0]),
                    imageTag=tag,
                    imageDigest=digest,
                )
                self.known.add((repository, tag))


@contextmanager
def account(server: Server, registry: Registry, client: Any) -> Iterator[Wire]:
    """A wire to the embedded AWS whose ECR has the registry behind it; ``client`` is one of that region's ECR."""
    with laid(server) as wire:
        Ecr(registry, client).lay(wire)
        yield wire
