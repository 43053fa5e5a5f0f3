"""How many events had led to what happens now: what a rule starts upon an event has events itself, and so on.

A machine that is started by its own events goes round for ever on AWS. Here every event, execution and task knows in
which round it is, so that an end can be made.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextvars import ContextVar

_REMEMBERED = 10_000  # events whose executions may still begin
_of_event: OrderedDict[str, int] = OrderedDict()
_lock = threading.Lock()

here: ContextVar[int] = ContextVar("here", default=0)
"""The round of what this thread does; a task that it makes is in it."""


def note(event: str, number: int) -> None:
    """Whatever the event of this id starts is in this round."""
    with _lock:
        _of_event[event] = number
        if len(_of_event) > _REMEMBERED:
            _of_event.popitem(last=False)


def of_execution(name: str) -> int:
    """The round of an execution: the name of one that an event started begins with the event's id."""
    return _of_event.get(name.partition("_")[0], 0)
