"""How much of what tasks print is remembered: their lines are in memory, and a server may run for weeks.

AWS keeps every line for as long as the log group's retention says.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from typing import Any

STREAMS = 1000  # of ended tasks in one group, as many as there are runs of a machine
LINES = 100_000  # of one stream, and of all ended ones in a group together: some 50 MB


class LogBounds:
    """Forgets the oldest lines of one backend's log groups; streams that other clients made are left alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: dict[str, deque[tuple[str, int]]] = defaultdict(deque)
        self._lines: dict[str, int] = defaultdict(int)

    def written(self, stream: Any) -> None:
        """A task has printed; at a tenth over the limit its oldest lines go."""
        if len(stream.events) > LINES * 1.1:
            del stream.events[:-LINES]

    def ended(self, group: Any, name: str) -> None:
        """A task has printed its last line."""
        with self._lock:
            stream = group.streams.get(name)
            waiting = self._ended[group.name]
            waiting.append((name, len(stream.events) if stream else 0))
            self._lines[group.name] += waiting[-1][1]
            while len(waiting) > 1 and (len(waiting) > STREAMS or self._lines[group.name] > LINES):
                oldest, lines = waiting.popleft()
                self._lines[group.name] -= lines
                group.streams.pop(oldest, None)
