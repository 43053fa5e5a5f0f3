"""An object's body in its file, in place of moto's buffer in memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Body:
    """What moto asks of a buffer; the file is open only while it is read, for there may be thousands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._is_closed = False

    def size(self) -> int:
        """In bytes."""
        return self._path.stat().st_size

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Where the next read begins; raises ValueError once the object is gone, as a closed file does."""
        if self._is_closed:
            raise ValueError("the object is gone")
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence, self.size())
        return self._at

    def read(self, size: int = -1) -> bytes:
        """From there on."""
        with self._path.open("rb") as file:
            file.seek(self._at)
            found = file.read(size)
        self._at += len(found)
        return found

    def close(self) -> None:
        """The object is gone."""
        self._is_closed = True
