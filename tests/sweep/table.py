"""The sweeps by name: what a command is put through, case by case, and what is tried as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from . import drift, faults, foreign, kills, others, specs
from .ground import MANAGED, Ground

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from s3ecs.aws.session import Aws

    from .figures import Figure


class Found(Protocol):
    """What a sweep found, as text; ``faults`` are what is not as promised."""

    @property
    def faults(self) -> Sequence[str]:
        """In words, each."""
        ...


@dataclass(frozen=True)
class Sweep:
    """All its ``cases``, and how some of them are ``tried``, on grounds whose specs have ``more`` keys."""

    cases: Callable[[Ground], Sequence[Any]]
    tried: Callable[[Ground, Iterable[Any], Callable[[str], None]], Figure]
    more: Mapping[str, Any] = field(default_factory=dict)


PAUSES = [at / 20 for at in range(20)]

SWEEPS: Mapping[str, Sweep] = {
    "kills": Sweep(kills.all_of, kills.sweep),
    "once": Sweep(faults.once_each, faults.recover),
    "all-once": Sweep(lambda _: [*faults.once_all(), *faults.some_share(range(1, 11))], faults.recover),
    "for-ever": Sweep(faults.for_ever, faults.fail),
    "stale": Sweep(others.all_reads, others.stale),
    "at-once": Sweep(lambda _: PAUSES, others.at_once),
    "pressed": Sweep(others.all_calls, others.pressed),
    "managed-kills": Sweep(kills.all_of, kills.sweep, MANAGED),
    "managed-once": Sweep(lambda _: faults.once_all(), faults.recover, MANAGED),
    "managed-stale": Sweep(others.all_reads, others.stale, MANAGED),
    "managed-at-once": Sweep(lambda _: PAUSES[::4], others.at_once, MANAGED),
}
STACKS: Mapping[str, Callable[[Aws], Found]] = {"drift": drift.whole, "foreign": foreign.whole}
"""What is done by itself to stacks of its own."""
SPECS: Mapping[str, Callable[[], Sequence[Found]]] = {"specs": specs.whole}
"""What needs no AWS."""
NAMES = (*SWEEPS, *STACKS, *SPECS)
