"""The fields of an event as a pattern sees them: dotted paths, and for each value the array elements that it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Membership = frozenset[tuple[int, int]]
"""The arrays that hold an object around a value: the array's number in the event, and the element's index in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One value of a field, and where in the event's arrays it is."""

    value: Any
    within: Membership


Fields = dict[str, list[Found]]


def prefixes(paths: Iterable[str]) -> frozenset[str]:
    """Every path that leads to one of ``paths``, themselves included."""
    parts = [path.split(".") for path in paths]
    return frozenset(".".join(steps[:length]) for steps in parts for length in range(1, len(steps) + 1))


def fields(event: Mapping[str, Any], wanted: frozenset[str]) -> Fields:
    """The values at the paths of ``wanted``, which has the paths that lead there too.

    AWS: names are joined by dots before anything is compared, so ``{"a.b": 1}`` and ``{"a": {"b": 1}}`` are one to it;
    arrays leave no trace in a path, and an empty array or object is no value.
    """
    found: Fields = {}
    arrays = 0
    pending: list[tuple[str, Any, Membership]] = [("", event, frozenset())]
    while pending:
        path, node, within = pending.pop()
        if isinstance(node, dict):
            pending += reversed([(inner, value, within) for inner, value in _inside(path, node) if inner in wanted])
        elif isinstance(node, list):
            arrays += 1
            pending += reversed([(path, each, _in(within, arrays, at, each)) for at, each in enumerate(node)])
        else:
            found.setdefault(path, []).append(Found(node, within))
    return found


def _inside(path: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        yield f"{path}.{name}" if path else name, value


def _in(within: Membership, array: int, at: int, element: Any) -> Membership:
    """AWS: plain values of one array may answer for different fields; objects of one array may not."""
    return within | {(array, at)} if isinstance(element, dict | list) else within
