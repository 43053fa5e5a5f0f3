"""Comparison: which settings are not as they should be, each with where it is and what it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.engine.resource import Props


class _Absent:
    """A setting that one of the two sides does not have."""

    def __repr__(self) -> str:
        return "(none)"


ABSENT: Final = _Absent()


@dataclass(frozen=True)
class Change:
    """One setting's pair; ``setting`` is a dotted path whose first word is a key of ``desired``."""

    setting: str
    observed: Any
    desired: Any

    @property
    def top(self) -> str:
        """The key of ``desired`` that it belongs to."""
        return self.setting.partition(".")[0]


def changes(observed: Props, desired: Props) -> tuple[Change, ...]:
    """Compare in normal form; of ``observed`` only the keys that ``desired`` sets.

    UNKNOWN is equal to nothing, so whoever refers to something absent is a change.
    """
    return tuple(change for key, wish in desired.items() for change in _between(key, observed.get(key, ABSENT), wish))


def _between(path: str, observed: Any, desired: Any) -> Iterator[Change]:
    if isinstance(observed, Mapping) and isinstance(desired, Mapping):
        for key in sorted({*observed, *desired}):
            yield from _between(f"{path}.{key}", observed.get(key, ABSENT), desired.get(key, ABSENT))
    elif _both_records(observed, desired):
        for place, (one, other) in enumerate(zip(observed, desired, strict=True)):
            yield from _between(f"{path}.{place}", one, other)
    elif observed != desired:
        yield Change(path, observed, desired)


def _both_records(observed: Any, desired: Any) -> bool:
    """Two equally long lists of mappings, such as statements or containers, are compared one by one."""
    return (
        isinstance(observed, list)
        and isinstance(desired, list)
        and len(observed) == len(desired)
        and all(isinstance(item, Mapping) for item in (*observed, *desired))
    )
