"""A real registry, and an account whose ECR has it behind itself: moto's own holds manifests and takes no push."""

from __future__ import annotations

import base64
import http.client
import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
REFUSAL: Final = (
    "User: arn:aws:iam::123456789012:user/me is not authorized to perform: ecr:InitiateLayerUpload on resource: "
    "arn:aws:ecr:us-east-2:123456789012:repository/any because no identity-based policy allows the "
    "ecr:InitiateLayerUpload action"
)
"""AWS: what ECR says of a push that is not allowed."""
MANIFESTS: Final = (
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.index.v1+json"
)


@dataclass
class Registry:
    """One that runs; ``host`` is how an image's name begins.

    ``gate`` is another name of it, by which it may be read and nobody may push.
    """

    host: str
    gate: str

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
        with _gate(f"127.0.0.1:{port}") as gate:
            yield Registry(f"127.0.0.1:{port}", gate)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _gate(registry: str) -> Iterator[str]:
    """Hands reads on to the registry, and answers uploads as ECR does where a policy does not allow them."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            connection = http.client.HTTPConnection(registry, timeout=20)
            connection.request(self.command, self.path, headers=dict(self.headers))
            answer = connection.getresponse()
            self._answer(answer.status, answer.read(), dict(answer.getheaders()))
            connection.close()

        def do_POST(self) -> None:
            error = {"errors": [{"code": "DENIED", "message": REFUSAL}]}
            self._answer(403, json.dumps(error).encode(), {"Content-Type": "application/json"})

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_PUT(self) -> None:
            self.do_POST()

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


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
    """What a wire to the embedded AWS does with calls to ECR: the registry's images are there, its host is named.

    ``client`` is one of that region's ECR, ``host`` the registry's name that is told.
    """

    registry: Registry
    client: Any
    host: str = ""
    known: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.host = self.registry.host

    def lay(self, wire: Wire) -> None:
        for call in ("DescribeRepositories", "CreateRepository"):
            wire.behind[f"ecr {call}"] = self._named
        wire.behind["ecr GetAuthorizationToken"] = self._token
        wire.before["ecr DescribeImages"] = self._bring

    def _named(self, answer: bytes) -> bytes:
        return re.sub(rb'("repositoryUri": ?")[^/"]*', rb"\g<1>" + self.host.encode(), answer)

    def _token(self, _: bytes) -> bytes:
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        found = {"authorizationToken": token, "proxyEndpoint": f"http://{self.host}", "expiresAt": 4102444800}
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
def account(server: Server, ecr: Ecr) -> Iterator[Wire]:
    """A wire to the embedded AWS with that ECR."""
    with laid(server) as wire:
        ecr.lay(wire)
        yield wire
