"""Where a sweep's commands come from: ``s3ecs`` as a user types it, each with what is to befall it."""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.forked import typed

from . import child, wires
from .hooks import Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from s3ecs.local.control import Server
    from tests.forked import Forked

NOTHING = Order()


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
        self._numbers = itertools.count()

    def begin(self, spec: Path, *words: str, order: Order = NOTHING) -> Running:
        """Type a command with this spec."""
        place = self.folder / f"{next(self._numbers)}"
        place.mkdir()
        words = (words[0], "-f", str(spec), *words[1:])
        prepare = partial(child.prepare, order, place / "log")
        return Running(typed(words, folder=place, env=self._env, place=place, prepare=prepare))

    def __call__(self, spec: Path, *words: str, order: Order = NOTHING) -> Ran:
        """Type a command and wait for its end."""
        return self.begin(spec, *words, order=order).result()


@dataclass(frozen=True)
class Running:
    """A command that has been typed."""

    forked: Forked

    def result(self) -> Ran:
        """How it ended, when it has."""
        code = self.forked.wait()
        calls = (self.forked.place / "log").read_text("utf-8").splitlines()
        return Ran(code, self.forked.out, self.forked.err, tuple(calls))


@contextmanager
def opened(server: Server, folder: Path) -> Iterator[Nursery]:
    """A nursery, and the wires that its commands may find themselves on."""
    with wires.laid(server) as env:
        yield Nursery(server, folder, env)
