"""From a trace to its depth: the longest chain of calls in which each began after the one before had ended."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Call:
    """One call; ``sort`` is call, page, poll or setting, the times are in seconds."""

    name: str
    sort: str
    begin: float
    end: float


def read(trace: Path) -> list[Call]:
    """The calls of a trace that ``S3ECS_TRACE`` made."""
    noted = (json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines())
    return [Call(f"{each['service']} {each['operation']}", each["as"], each["begin"], each["end"]) for each in noted]


def depth(calls: Iterable[Call], *sorts: str) -> int:
    """The longest chain of calls of these sorts."""
    counted = [each for each in calls if each.sort in sorts]
    # At one moment a beginning comes before an end: what began just then did not wait.
    moments = sorted(
        [(each.begin, 0, at) for at, each in enumerate(counted)]
        + [(each.end, 1, at) for at, each in enumerate(counted)]
    )
    behind: dict[int, int] = {}
    longest = 0
    for _, ended, at in moments:
        if ended:
            longest = max(longest, behind[at] + 1)
        else:
            behind[at] = longest
    return longest


def by_name(calls: Iterable[Call]) -> Counter[str]:
    """How often each operation was called."""
    return Counter(each.name for each in calls)
