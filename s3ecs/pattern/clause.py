"""One entry of a field's array: what it accepts, and the words for a value that it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Accepts = Callable[[Any], bool]
"""Says of a string, number, boolean or null whether it fits."""


@dataclass(frozen=True)
class Clause:
    """One entry. ``denial`` completes "the value ..." for a value that does not fit.

    ``exactly``, ``prefix`` and ``suffix`` hold the text of a plain entry of that kind, so that a field with many of
    them looks once. ``wildcards`` are what the entry adds to the field's complexity.
    """

    accepts: Accepts
    denial: str
    absent: bool = False
    exactly: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    wildcards: tuple[str, ...] = ()


def written(value: Any) -> str:
    """A value as JSON writes it."""
    return json.dumps(value, ensure_ascii=False)


def listed(values: list[Any]) -> str:
    """``"a"`` or ``one of "a", "b"``."""
    told = ", ".join(map(written, values))
    return told if len(values) == 1 else f"one of {told}"
