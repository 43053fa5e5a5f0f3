"""The journal of events and runs: JSON lines, appended before what they tell of can be seen; rewritten when it grew."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from s3ecs.local.home import write_whole
from s3ecs.local.keeping.ledger import Ledger, written

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)
_GROWTH = 8000  # lines appended before the journal is rewritten: some 1,300 runs, so a rewriting is shared by many


class Journal:
    """One file that one server appends to.

    A killed process loses nothing that was written, since the kernel has it; a machine that loses its power may.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._unwritten: list[bytes] = []
        self._appended = 0
        path.touch(mode=0o600)
        self._handle = os.open(path, os.O_RDWR | os.O_APPEND)
        self._size = _end_of_last_line(path)
        os.ftruncate(self._handle, self._size)  # a line that a kill tore has never happened

    def read(self) -> Ledger:
        """What all lines say together."""
        return Ledger.read(self._path.read_bytes())

    def write(self, *lines: dict[str, Any]) -> None:
        """Append lines before something is done; raises OSError where that is not possible, and it must not be done."""
        with self._lock:
            self._append(written(lines))

    def note(self, *lines: dict[str, Any]) -> None:
        """Append lines after something has happened; where the disk is full they are written with the next ones."""
        with self._lock:
            try:
                self._append(written(lines))
            except OSError as error:
                self._unwritten.append(written(lines))
                _log.error("%s: %s; make room on the disk, or what ended is told as failed", self._path, error.strerror)

    def compact(self) -> None:
        """Rewrite the journal as the shortest one that means the same; where that fails the long one stays."""
        with self._lock:
            self._compact()

    def _append(self, data: bytes) -> None:
        if self._appended >= _GROWTH:
            self._compact()
        waiting = b"".join(self._unwritten)
        try:
            done = 0
            while done < len(waiting + data):
                done += os.write(self._handle, (waiting + data)[done:])
        except OSError:
            os.ftruncate(self._handle, self._size)
            raise
        self._unwritten.clear()
        self._size += len(waiting) + len(data)
        self._appended += data.count(b"\n")

    def _compact(self) -> None:
        self._appended = 0
        with contextlib.suppress(OSError):  # the long one says the same
            content = written(self.read().pruned().lines())
            write_whole(self._path, content)
            handle = os.open(self._path, os.O_RDWR | os.O_APPEND)
            os.close(self._handle)
            self._handle, self._size = handle, len(content)


def _end_of_last_line(path: Path) -> int:
    return path.read_bytes().rfind(b"\n") + 1
