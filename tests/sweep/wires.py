"""Wires to the embedded AWS on which calls are carried out and their answers go missing."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tests.cli.wire import asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.local.control import Server

LATE = 2.0  # seconds; more than the patience of bad_days


@contextmanager
def laid(server: Server) -> Iterator[Mapping[str, str]]:
    """The wires for as long as the block lasts: what to export so that ``bad_days`` finds them."""
    wires = {name: _Wire(server, name) for name in ("lost", "cut", "late")}
    try:
        yield {"WIRE_REFUSED": _nobody(), **{f"WIRE_{name.upper()}": wire.where for name, wire in wires.items()}}
    finally:
        for wire in wires.values():
            wire.close()


def _nobody() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


class _Wire:
    def __init__(self, server: Server, fault: str) -> None:
        over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, content = asked(server, self, body)
                self.close_connection = True
                if fault == "late":
                    over.wait(LATE)
                if fault == "cut":
                    self.send_response_only(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    if len(content) > 1:
                        self.end_headers()
                        self.wfile.write(content[: len(content) // 2])
                    else:  # the head itself is cut off
                        self.wfile.write(b"HTTP/1.1 2")

        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.pass_on)
        self._over = over
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.where = f"127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        self._over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
