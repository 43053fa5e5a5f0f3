"""No silence: what goes on for long is named again and again, with since when and, where it is known, until when."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from s3ecs.report import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LOOK: Final = 0.5  # seconds between two looks
SHOWN_AT_ONCE: Final = 3  # how many of those that go on a line names


@dataclass(frozen=True)
class Going:
    """Something that goes on; ``since`` and ``until`` are of the monotonic clock, ``until`` 0 where nobody knows.

    What is an ``event`` is one for programs too: of those that report one document, nothing else may stand before it.
    """

    what: str
    since: float
    until: float = 0.0
    event: bool = True

    @property
    def so_far(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.since

    @property
    def left(self) -> float | None:
        """Seconds until it ends at the latest, if that is known."""
        return max(0.0, self.until - time.monotonic()) if self.until else None

    def __str__(self) -> str:
        so_far = f", {text.duration(self.so_far)} so far" if self.so_far >= 1 else ""
        left = "" if self.left is None else f", at most {text.duration(self.left)} more"
        return f"{text.visible(self.what)}{so_far}{left}"


class Pulse:
    """Knows what goes on, and tells ``hear`` of it twice a second as long as anything does."""

    def __init__(self, hear: Callable[[Sequence[Going]], None]) -> None:
        self._hear = hear
        self._going: dict[str, Going] = {}
        self._lock = threading.Lock()
        self._watch: threading.Thread | None = None
        self._held = False

    def begins(self, what: str, *, seconds: float = 0.0, event: bool = True) -> None:
        """It goes on from now until it ends; for ``seconds`` at the most, where that is known."""
        now = time.monotonic()
        with self._lock:
            self._going[what] = Going(what, now, now + seconds if seconds else 0.0, event)
            if self._watch is None:
                self._watch = threading.Thread(target=self._look, name="pulse", daemon=True)
                self._watch.start()

    def ends(self, what: str) -> None:
        """It goes on no more."""
        with self._lock:
            self._going.pop(what, None)

    def all_end(self) -> None:
        """Nothing goes on any more."""
        with self._lock:
            self._going.clear()

    @contextmanager
    def during(self, what: str) -> Iterator[None]:
        """It goes on as long as the block; only people hear of it."""
        self.begins(what, event=False)
        try:
            yield
        finally:
            self.ends(what)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody hears of anything as long as the block."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    @property
    def going(self) -> list[Going]:
        """What goes on: first what has an end, then the oldest."""
        with self._lock:
            return sorted(self._going.values(), key=lambda each: (not each.until, each.since))

    def _look(self) -> None:
        while True:
            time.sleep(LOOK)
            with self._lock:
                if not self._going:
                    self._watch = None
                    return
            if not self._held:
                self._hear(self.going)


def line(going: Sequence[Going]) -> str:
    """What goes on, in one line."""
    named = "; ".join(map(str, going[:SHOWN_AT_ONCE])) or "…"
    more = len(going) - SHOWN_AT_ONCE
    return f"{named}; {more} more" if more > 0 else named
