"""Actions at a later time, in one thread for all of them: thousands may wait, and waiting must cost no thread."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class Clock:
    """Calls what is due, in the order of the times; its thread begins with the first action."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._changed = threading.Condition()
        self._number = itertools.count()
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Call ``action`` when so many seconds have passed; what it raises is logged."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._number), action))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="later", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _work(self) -> None:
        while True:
            action = self._next()
            try:
                action()
            except Exception:  # noqa: BLE001  (the others must still be called)
                _log.exception("an action of later")

    def _next(self) -> Callable[[], None]:
        with self._changed:
            while True:
                if not self._due:
                    self._changed.wait()
                elif (left := self._due[0][0] - time.monotonic()) > 0:
                    self._changed.wait(left)
                else:
                    return heapq.heappop(self._due)[2]


after = Clock().after
