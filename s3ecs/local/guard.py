"""Who may talk to a server that starts programs: this user's own processes on this machine, and nobody's web page.

- It listens on 127.0.0.1 only.
- A request with an ``Origin`` comes from a web page and is refused, whatever else it carries.
- Its ``Host`` must be ours: a page whose name was made to resolve to 127.0.0.1 (DNS rebinding) sends its own.
- It must carry our random access key, which stands in a file that only this user can read.
- No answer carries a CORS header: moto's would let any page read it.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from s3ecs.local import request
from s3ecs.local.control import HEALTH, KEY_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Environ = dict[str, Any]
    Start = Callable[..., Any]
    Application = Callable[[Environ, Start], Iterable[bytes]]

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/|^AWS ([^:\s]+):")


class Guard:
    """WSGI middleware: refuses strangers, and calls ``after`` once a request has been answered."""

    def __init__(
        self, application: Application, *, port: int, key: str, after: Callable[[request.Request], None]
    ) -> None:
        self._application = application
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._key = key
        self._after = after

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        refusal = self._refusal(environ)
        if refusal:
            return _answer(start_response, HTTPStatus.FORBIDDEN, {"error": refusal})
        if environ["PATH_INFO"] == HEALTH:
            return _answer(start_response, HTTPStatus.OK, {"pid": os.getpid()})
        being_answered = request.Request.of(environ)
        token = request.current.set(being_answered)
        try:
            return self._application(environ, _without_cors(start_response))
        finally:
            request.current.reset(token)
            self._after(being_answered)

    def _refusal(self, environ: Environ) -> str | None:
        if "HTTP_ORIGIN" in environ:
            return "requests of web pages are refused"
        if environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return "this host name is not served; S3 clients must use path style"
        if not any(hmac.compare_digest(given.encode(), self._key.encode()) for given in _keys(environ)):
            return "the access key is not this server's"
        return None


def _keys(environ: Environ) -> list[str]:
    """The access keys that a request carries: as a signature, in a presigned URL, or in our own header."""
    given = [environ.get("HTTP_" + KEY_HEADER.upper().replace("-", "_"), "")]
    if signed := _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "")):
        given.append(signed[1] or signed[2])
    query = parse_qs(environ.get("QUERY_STRING", ""))
    given += [value.partition("/")[0] for value in query.get("X-Amz-Credential", [])]
    given += query.get("AWSAccessKeyId", [])
    return given


def _answer(start_response: Start, status: HTTPStatus, body: dict[str, Any]) -> list[bytes]:
    data = json.dumps(body).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [data]


def _without_cors(start_response: Start) -> Start:
    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = [(name, value) for name, value in headers if not name.lower().startswith("access-control-")]
        return start_response(status, kept, *rest)

    return start
