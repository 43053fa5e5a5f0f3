"""What the kernel notes of memory that ran out; who may not read its log has no other way to know for sure."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG: Final = "/dev/kmsg"
_LONGEST: Final = 8192  # Linux: bytes of a record, of which each read gives one
_OF_WHAT: Final = b"oom-kill:"  # with the control group, whose name has the container's id
_KILLED: Final = b"Memory cgroup out of memory: Killed process"


class KernelLog:
    """The kernel's log from now on, where there is one that may be read."""

    def __init__(self) -> None:
        self._log: int | None = None
        with suppress(OSError):  # there is none, or it is root's alone
            self._log = os.open(_LOG, os.O_RDONLY | os.O_NONBLOCK)
            os.lseek(self._log, 0, os.SEEK_END)

    @property
    def is_open(self) -> bool:
        """Whether it may be read."""
        return self._log is not None

    def was_starved(self, container: str) -> bool | None:
        """Whether a process of the container with this id was killed for want of memory; None where nobody can tell.

        Linux: every kill is noted, but of more than ten in five seconds not of which container it was.
        """
        records = list(self._records())
        named = [record for record in records if _OF_WHAT in record]
        if any(container.encode() in record for record in named):
            return True
        kills = sum(_KILLED in record for record in records)
        return None if kills > len(named) or not self.is_open else False

    def close(self) -> None:
        """Read no more of it; fine where it is closed."""
        if self._log is not None:
            os.close(self._log)
            self._log = None

    def _records(self) -> Iterator[bytes]:
        while self._log is not None:
            try:
                yield os.read(self._log, _LONGEST)
            except BrokenPipeError:  # the next one was overwritten; reading goes on behind it
                continue
            except OSError:  # the end, for now
                return
