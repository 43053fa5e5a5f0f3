"""Pieces of the States Language that a job's machine is made of: where it keeps what it counts, and how it compares."""

from __future__ import annotations

from typing import Any, Final

State = dict[str, Any]

TRIES: Final = "$.tries"
FAILED: Final = f"{TRIES}.failed"
WAITED: Final = f"{TRIES}.waited"
INTERRUPTED: Final = f"{TRIES}.interrupted"
PROVIDER: Final = f"{TRIES}.provider"


def is_text(path: str, value: str) -> State:
    """AWS: comparing what is absent fails the run, so presence is asked first."""
    return {"And": [{"Variable": path, "IsPresent": True}, {"Variable": path, "StringEquals": value}]}


def both(one: State, other: State) -> State:
    """Both hold; the second is not looked at where the first does not."""
    return {"And": [one, other]}


def either(*several: State) -> State:
    """At least one of them holds."""
    return {"Or": list(several)}


def at_least(path: str, value: int) -> State:
    """The number at ``path`` has come to ``value``."""
    return {"Variable": path, "NumericGreaterThanEquals": value}


def less_than(path: str, value: int) -> State:
    """The number at ``path`` has not come to ``value``."""
    return {"Variable": path, "NumericLessThan": value}
