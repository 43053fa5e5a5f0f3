"""``s3ecs`` as a process that was forked and not started: two thirds of a command's time are imports and SDK models.

It is a process of its own all the same, with its own arguments, environment, folder, streams and exit code.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import threading
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Final

from s3ecs.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 300.0  # seconds that a command may take, however busy the machine is

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.warm"])
_lock = threading.Lock()
"""Python: two threads that ask at once how a process has ended take the answer from each other."""


@dataclass(frozen=True)
class Forked:
    """A command that has been typed; ``place`` has a file ``out`` and one ``err``."""

    process: ForkServerProcess
    place: Path

    def wait(self) -> int:
        """How it has ended: a negative code is the signal that killed it. Raises TimeoutError."""
        if not multiprocessing.connection.wait([self.process.sentinel], PATIENCE):
            self.process.kill()
            raise TimeoutError(f"a command has not ended: {self.err}")
        with _lock:
            self.process.join()
        assert self.process.exitcode is not None
        return self.process.exitcode

    @property
    def out(self) -> str:
        """Its standard output."""
        return (self.place / "out").read_bytes().decode()

    @property
    def err(self) -> str:
        """Its standard error."""
        return (self.place / "err").read_bytes().decode()


def typed(
    words: Sequence[str],
    *,
    folder: Path,
    env: Mapping[str, str],
    place: Path,
    prepare: Callable[[], None] | None = None,
) -> Forked:
    """Type ``s3ecs`` and these words in a folder; ``prepare`` is called in the command's process before it begins."""
    process = _context.Process(target=_be, args=(list(words), folder, dict(env), place, prepare))
    with _lock, contextlib.chdir(ROOT):  # Python: what is forked from looks for its modules where it is started
        forkserver.ensure_running()
        process.start()
    return Forked(process, place)


def _be(words: list[str], folder: Path, env: dict[str, str], place: Path, prepare: Callable[[], None] | None) -> None:
    """Be the command."""
    _redirect(0, Path(os.devnull), os.O_RDONLY)
    for handle, name in ((1, "out"), (2, "err")):
        _redirect(handle, place / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    if prepare is not None:
        prepare()
    main(words)


def _redirect(handle: int, path: Path, flags: int) -> None:
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, handle)
    os.close(opened)
