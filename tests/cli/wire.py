"""A wire to the embedded AWS on which single calls are answered otherwise, or held until they are let go."""

from __future__ import annotations

import http.client
import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.local.control import Server

_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Refusal:
    """AWS's way to say no: a status, a code, a message."""

    status: int
    code: str
    message: str

    def body(self, service: str) -> bytes:
        """As the service's protocol has it."""
        inner = f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
        if service == "s3":
            return inner.encode()
        if service == "ec2":
            return f"<Response><Errors>{inner}</Errors><RequestID>1</RequestID></Response>".encode()
        if service in ("iam", "sts"):
            return f"<ErrorResponse>{inner}<RequestId>1</RequestId></ErrorResponse>".encode()
        return json.dumps({"__type": self.code, "message": self.message}).encode()


@dataclass
class Wire:
    """``refusals`` by ``service Action`` (of S3: ``s3 METHOD``); calls in ``held`` wait for ``release``.

    What ``before`` has for a call hears its body on the way there, and what ``behind`` has makes another answer of its.
    """

    server: Server
    refusals: dict[str, Refusal] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    before: dict[str, Callable[[bytes], None]] = field(default_factory=dict)
    behind: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    holding: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""

    @property
    def env(self) -> dict[str, str]:
        """What to export so that commands go this way."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.server.access_key,
            "AWS_SECRET_ACCESS_KEY": self.server.secret_key,
        }

    def passed(self, call: str, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """The answer to a call that nothing stands in the way of."""
        if call in self.before:
            self.before[call](body)
        status, headers, content = asked(self.server, handler, body)
        if call in self.behind:
            content = self.behind[call](content)
            headers["Content-Length"] = str(len(content))
        return status, headers, content


@contextmanager
def laid(server: Server) -> Iterator[Wire]:
    """A wire to ``server`` for as long as the block lasts."""
    wire = Wire(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            scope = _SCOPE.search(self.headers.get("Authorization", ""))
            service = scope[1] if scope else ""
            call = f"{service} {_action(self, body)}"
            wire.seen.append(call)
            if call in wire.held:
                wire.holding.set()
                wire.release.wait(30)
            refusal = wire.refusals.get(call)
            if refusal is None:
                self.answer(*wire.passed(call, self, body))
            else:
                content = refusal.body(service)
                headers = {"Content-Length": str(len(content)), "x-amzn-errortype": refusal.code}
                self.answer(refusal.status, headers, content)

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.pass_on)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        wire.endpoint = f"http://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield wire
        finally:
            wire.release.set()
            listener.shutdown()
            thread.join()


def _action(handler: BaseHTTPRequestHandler, body: bytes) -> str:
    target = handler.headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    form = "x-www-form-urlencoded" in handler.headers.get("Content-Type", "")
    action: list[str] = parse_qs(body.decode()).get("Action", []) if form else []
    return action[0] if action else handler.command


def asked(server: Server, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """What the embedded AWS answers to the same request."""
    host = server.endpoint.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        headers = dict(handler.headers.items()) | {"Host": host, "Connection": "close"}
        headers.pop("Expect", None)
        connection.request(handler.command, handler.path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
        length = {} if handler.command == "HEAD" else {"Content-Length": str(len(content))}
        return answer.status, kept | length, content
    finally:
        connection.close()


_HOP = {"connection", "transfer-encoding", "date", "server"}
