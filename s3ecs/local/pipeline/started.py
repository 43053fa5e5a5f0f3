"""A container's program once it has been started, whatever runs it: all that the rest of a task knows of it."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Ended(NamedTuple):
    """How a program ended: its exit code, None where it never began, and what AWS would say of it, if anything."""

    code: int | None
    reason: str | None = None


class Started(Protocol):
    """One thread waits for its end; any may stop or kill it, also when it has ended."""

    @property
    def outputs(self) -> list[IO[bytes]]:
        """What it prints, in one pipe or in one a stream; they are read to their ends."""
        ...

    def wait(self, printed: Callable[[], str]) -> Ended:
        """Until it has ended, with all that it had started itself; ``printed`` takes its lines back out of the log."""
        ...

    def stop(self, seconds: float) -> None:
        """SIGTERM now and SIGKILL after so many seconds; returns at once."""
        ...

    def kill(self) -> None:
        """SIGKILL."""
        ...

    def clear_away(self) -> None:
        """Remove what an ended program leaves."""
        ...
