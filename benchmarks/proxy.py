"""A forwarding HTTP proxy before the embedded AWS: puts a delay on each call, counts calls, and keeps their answers.

The embedded AWS is one Python process and takes 3 to 12 ms of one core for each call, whoever makes it. Where many
calls are made at once, its time hides that of the client. So a program is run once through the proxy, which notes each
answer on a tape, and is measured while the proxy answers from the tape, after the same delay and with 0.3 ms of its
own. Not so where it is said that the embedded AWS answered.
"""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET = 0.25  # seconds without a further call after which held answers are given
THREADS = 64  # calls forwarded at once
HOP_BY_HOP = {"host", "connection", "expect", "transfer-encoding", "content-length", "server", "date"}


class Request(NamedTuple):
    """What decides the answer; signatures and dates are left out."""

    method: str
    path: str
    operation: str  # of services that name it in a header
    body: bytes


@dataclass
class Tape:
    """The answers to each request, in the order in which they came; the last one stays."""

    answers: dict[Request, list[bytes]] = field(default_factory=dict)
    played: Counter[Request] = field(default_factory=Counter)

    def note(self, request: Request, answer: bytes) -> None:
        """Add an answer."""
        self.answers.setdefault(request, []).append(answer)

    def play(self, request: Request) -> bytes | None:
        """The next answer to a request, None where it was never made."""
        answers = self.answers.get(request)
        if answers is None:
            return None
        turn = self.played[request]
        self.played[request] += 1
        return answers[min(turn, len(answers) - 1)]


class Proxy:
    """Listens on a free port of 127.0.0.1, in a thread of its own.

    ``delay`` is in seconds; with ``hold`` an answer waits instead until no further call has come for a while, so that
    calls which could be made at once are on their way together, however busy the machine is.
    """

    def __init__(self, upstream: str) -> None:
        self.delay = 0.0
        self.hold = False
        self.tape: Tape | None = None
        self.playing = False
        self.count = 0
        self.missed: list[Request] = []
        self._upstream = upstream.removeprefix("http://")
        self._pool = ThreadPoolExecutor(THREADS)
        self._loop = asyncio.new_event_loop()
        self._held = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._server = self._loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nothing more."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._pool.shutdown()

    @contextmanager
    def forwarding(self, *, delay: float = 0.0, tape: Tape | None = None) -> Iterator[None]:
        """Ask the embedded AWS, and note its answers on ``tape``."""
        self.delay, self.hold, self.tape, self.playing, self.count = delay, False, tape, False, 0
        yield

    @contextmanager
    def answering(self, tape: Tape, *, delay: float = 0.0, hold: bool = False) -> Iterator[None]:
        """Answer from ``tape``. Raises RuntimeError at the end where it lacked an answer: then nothing was measured."""
        tape.played.clear()
        self.delay, self.hold, self.tape, self.playing, self.count = delay, hold, tape, True, 0
        self.missed.clear()
        yield
        if self.missed:
            raise RuntimeError(f"no answer on the tape for {self.missed[0]}")

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")[:-2]
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                if "expect" in headers:
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, path, _ = first.split(" ")
                request = Request(method, path, headers.get("x-amz-target", ""), body)
                self.count += 1
                writer.write(await self._answer(request, headers))
        writer.close()

    async def _end(self) -> None:
        self._server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for each in connections:
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _answer(self, request: Request, headers: dict[str, str]) -> bytes:
        if self.hold:
            await self._until_quiet()
        elif self.delay:
            await asyncio.sleep(self.delay)
        if not self.playing:
            answer = await self._loop.run_in_executor(self._pool, self._forward, request, headers)
            if self.tape is not None:
                self.tape.note(request, answer)
            return answer
        kept = self.tape.play(request) if self.tape is not None else None
        if kept is None:
            self.missed.append(request)
        return kept or b"HTTP/1.1 400 Not On Tape\r\nContent-Length: 0\r\n\r\n"

    async def _until_quiet(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(QUIET, self._release)
        await self._held.wait()

    def _release(self) -> None:
        self._held.set()
        self._held = asyncio.Event()

    def _forward(self, request: Request, headers: dict[str, str]) -> bytes:
        """The embedded AWS's answer. It checks the host name, so that is its own; the key is what the caller sent."""
        connection = http.client.HTTPConnection(self._upstream)
        sent = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
        connection.request(request.method, request.path, request.body, sent | {"Connection": "close"})
        answer = connection.getresponse()
        body = answer.read()
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        lines += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        length = answer.getheader("Content-Length", "0") if request.method == "HEAD" else len(body)
        lines.append(f"Content-Length: {length}")
        connection.close()
        return "\r\n".join((*lines, "", "")).encode("latin-1") + body
