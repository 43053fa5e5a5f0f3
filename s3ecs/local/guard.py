"""Who may talk to a server that starts programs: this user's own processes on this machine, and nobody's web page.

- It listens on 127.0.0.1 only.
- A request with an ``Origin`` comes from a web page and is refused, whatever else it carries.
- Its ``Host`` must be ours: a page whose name was made to resolve to 127.0.0.1 (DNS rebinding) sends its own. A
  container engine in a virtual machine has one further name for this machine.
- It must carry our random access key, which stands in a file that only this user can read, or the keys of a task's role
  with their token, for as long as the task lives; these open AWS's services, and nothing about the server itself.
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
from xml.sax.saxutils import escape

from s3ecs.local import request
from s3ecs.local.control import BACK, HEALTH, HOST, KEY_HEADER, WHOLE, revival_key
from s3ecs.local.keeping.changes import NotKept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from s3ecs.local.keeping.revival import Revival
    from s3ecs.local.pipeline.role_sessions import RoleSessions

    Environ = dict[str, Any]
    Start = Callable[..., Any]
    Application = Callable[[Environ, Start], Iterable[bytes]]

_MOTO = "/moto-api/"  # where moto is looked at, and reset
_SESSION = "x-amz-security-token"  # the parameter, in the lower case that version 2 of signatures has
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/|^AWS ([^:\s]+):")


class Hosts:
    """The names by which requests may call this server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._names = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    def admit(self, name: str) -> None:
        """One more: what a container engine calls this machine; it resolves nowhere but in that engine's containers."""
        self._names |= {f"{name}:{self._port}"}

    def __contains__(self, name: str) -> bool:
        return name in self._names


class Guard:
    """WSGI middleware: refuses strangers, and calls ``after`` before an answer goes out.

    Until what was kept has been brought back it serves only who brings it; all others are asked to try again.
    """

    def __init__(
        self,
        application: Application,
        *,
        hosts: Hosts,
        key: str,
        sessions: RoleSessions,
        after: Callable[[request.Request], None],
        revival: Revival,
        finish: Callable[..., None],
    ) -> None:
        self._application = application
        self._hosts = hosts
        self._key = key
        self._sessions = sessions
        self._after = after
        self._revival = revival
        self._finish = finish

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        refusal = self._refusal(environ)
        if refusal:
            return _answer(start_response, HTTPStatus.FORBIDDEN, {"error": refusal})
        if not any(self._admits(given, environ) for given in _keys(environ)):
            message = "the key is not this server's, nor with its token that of the role of a task that runs"
            return _error(start_response, HTTPStatus.FORBIDDEN, message, code="InvalidClientTokenId")
        if environ["PATH_INFO"] == BACK:
            self._finish(whole=environ["QUERY_STRING"] == WHOLE)
        if environ["PATH_INFO"] == HOST:
            self._hosts.admit(environ["QUERY_STRING"])
        if environ["PATH_INFO"] in {BACK, HEALTH, HOST}:
            return _answer(start_response, HTTPStatus.OK, {"pid": os.getpid(), "back": self._revival.is_done})
        if not self._revival.is_done and revival_key(self._key) not in _keys(environ):
            return _error(start_response, HTTPStatus.SERVICE_UNAVAILABLE, "the embedded AWS is coming back, try again")
        return self._served(environ, _without_cors(start_response))

    def _served(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        being_answered = request.Request.of(environ)
        token = request.current.set(being_answered)
        held = _Held(start_response)
        try:
            body = self._application(environ, held)
        finally:
            request.current.reset(token)
        try:
            self._after(being_answered)
        except NotKept as error:
            message = f"it cannot be kept: {error.reason}; nothing was changed"
            return _error(start_response, HTTPStatus.INSUFFICIENT_STORAGE, message)
        held.release()
        return body

    def _refusal(self, environ: Environ) -> str | None:
        if "HTTP_ORIGIN" in environ:
            return "requests of web pages are refused"
        if environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return "this host name is not served; S3 clients must use path style"
        is_about_us = environ["PATH_INFO"] in {BACK, HOST} or environ["PATH_INFO"].startswith(_MOTO)
        if is_about_us and not any(map(self._is_ours, _keys(environ))):
            return "only this server's own key opens that"
        return None

    def _is_ours(self, given: str) -> bool:
        return any(_same(given, key) for key in (self._key, revival_key(self._key)))

    def _admits(self, given: str, environ: Environ) -> bool:
        return self._is_ours(given) or any(self._sessions.admit(given, token) for token in _tokens(environ))


def _keys(environ: Environ) -> list[str]:
    """The access keys that a request carries: as a signature, in a presigned URL, or in our own header."""
    given = [environ.get("HTTP_" + KEY_HEADER.upper().replace("-", "_"), "")]
    if signed := _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "")):
        given.append(signed[1] or signed[2])
    query = parse_qs(environ.get("QUERY_STRING", ""))
    given += [value.partition("/")[0] for value in query.get("X-Amz-Credential", [])]
    given += query.get("AWSAccessKeyId", [])
    return given


def _tokens(environ: Environ) -> list[str]:
    """The session tokens that a request carries: beside its signature, or in a presigned URL."""
    query = parse_qs(environ.get("QUERY_STRING", ""))
    given = [environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")]
    return given + [each for name, found in query.items() if name.lower() == _SESSION for each in found]


def _same(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode(), key.encode())


class _Held:
    """Status and headers, held back until the request's changes are kept."""

    def __init__(self, start_response: Start) -> None:
        self._start_response = start_response
        self._given: tuple[Any, ...] = ()

    def __call__(self, *given: Any) -> None:
        self._given = given

    def release(self) -> None:
        """Send them."""
        self._start_response(*self._given)


def _error(start_response: Start, status: HTTPStatus, message: str, code: str = "InternalError") -> list[bytes]:
    """An error in S3's form, which the SDKs can read of any service. They try 503 again but not 507."""
    data = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(data)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [data]


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
