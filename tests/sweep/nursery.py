"""Where a sweep's commands come from: ``s3ecs`` as a user types it, in a process that was forked and not started."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import wires
from .hooks import Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.local.control import Server

ROOT = Path(__file__).parents[2]
NOTHING = Order()
PATIENCE = 120.0  # seconds that a command may take


@dataclass(frozen=True)
class Ran:
    """How a command ended: a negative code is the signal that killed it. ``calls`` are in the order they were made."""

    code: int
    out: str
    err: str
    calls: tuple[str, ...]

    @property
    def errors(self) -> list[str]:
        """Its lines ``error: ...`` without that word."""
        return [line.removeprefix("error: ") for line in self.err.splitlines() if line.startswith("error: ")]

    @property
    def broke(self) -> bool:
        """Whether it ended by a bug of ours."""
        return "Traceback" in self.out + self.err or "this is a bug" in self.err


class Nursery:
    """Commands against one embedded AWS."""

    def __init__(self, server: Server, folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        nowhere = str(folder / "nowhere")
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "S3ECS_SETTLE_SECONDS": "0",
            **env,
        }
        self._waiting: dict[int, Future[int]] = {}
        self._ids = itertools.count()
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sweep.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def close(self) -> None:
        """No more commands."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
        self._listener.join()
        assert self._process.stdout
        self._process.stdout.close()

    def begin(self, spec: Path, *words: str, order: Order = NOTHING) -> Running:
        """Type a command with this spec."""
        number = next(self._ids)
        place = self.folder / f"{number}"
        place.mkdir()
        ended: Future[int] = Future()
        self._waiting[number] = ended
        paths = {name: str(place / name) for name in ("out", "err", "log")}
        words = (words[0], "-f", str(spec), *words[1:])
        case = {"id": number, "argv": words, "env": self._env, "folder": str(place), **paths}
        line = json.dumps(case | {"order": json.dumps(asdict(order))})
        with self._lock:
            assert self._process.stdin
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        return Running(place, ended)

    def __call__(self, spec: Path, *words: str, order: Order = NOTHING) -> Ran:
        """Type a command and wait for its end."""
        return self.begin(spec, *words, order=order).result()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            ended = json.loads(line)
            self._waiting.pop(ended["id"]).set_result(ended["code"])
        for forgotten in self._waiting.values():
            forgotten.set_exception(RuntimeError("the commands' process has ended"))


@dataclass(frozen=True)
class Running:
    """A command that has been typed."""

    place: Path
    ended: Future[int]

    def result(self) -> Ran:
        """How it ended, when it has."""
        code = self.ended.result(PATIENCE)
        out, err, log = ((self.place / name).read_text("utf-8") for name in ("out", "err", "log"))
        return Ran(code, out, err, tuple(log.splitlines()))


@contextmanager
def opened(server: Server, folder: Path) -> Iterator[Nursery]:
    """A nursery, and the wires that its commands may find themselves on."""
    with wires.laid(server) as env:
        nursery = Nursery(server, folder, env)
        try:
            yield nursery
        finally:
            nursery.close()
