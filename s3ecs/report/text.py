"""Words and values as they may be shown: nothing that others wrote reaches the terminal as control or markup."""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any


def visible(text: str, keep: str = "") -> str:
    """``text`` with everything that is not printable written as an escape, but for the characters in ``keep``."""
    return "".join(
        char if char.isprintable() or char in keep else char.encode("unicode_escape").decode() for char in text
    )


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody looks at ``stream``; None is a stream that was closed before the command began."""
    return stream is not None and stream.isatty()


def somebody_answers() -> bool:
    """Whether somebody sees a question and can answer it."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def is_rich_terminal(stream: IO[str] | None) -> bool:
    """Whether ``stream`` is a terminal that can redraw a line, and may."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")


def value(thing: Any) -> str:
    """A setting's value on one line; what is unknown or absent speaks for itself."""
    if isinstance(thing, str | int | float | bool | list | dict) or thing is None:
        return visible(json.dumps(thing, ensure_ascii=False, default=repr, sort_keys=True))
    return repr(thing)


def count(number: int, noun: str) -> str:
    """``1 run``, ``2 runs``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def kind(name: str) -> str:
    """A resource's kind in words: ``state machine``."""
    return name.replace("-", " ")


def duration(seconds: float) -> str:
    """Seconds as a person says them: ``12 s``, ``3 min``, ``2 h``, ``5 days``."""
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size:
            number = int(seconds // size)
            return count(number, unit) if unit == "day" else f"{number} {unit}"
    return f"{int(seconds)} s"
