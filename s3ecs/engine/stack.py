"""A stack: all that one spec asks for, under one name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3ecs.engine.resource import Given

if TYPE_CHECKING:
    from s3ecs.engine.resource import Resource


@dataclass(frozen=True)
class Stack:
    """``resources`` are wanted, ``dropped`` are known by name and not wanted (any more).

    ``stages`` hold every kind that a stack of any earlier spec may have made, in the order in which things are deleted;
    the kinds of one stage go side by side. ``notes`` are sentences that whoever reads its plan should know. ``first``
    are the keys of what is made before anything else is changed, so that where it fails all else is as it was.

    Raises ValueError where two have one key, one needs what the stack lacks, or a kind could never be deleted.
    """

    name: str
    resources: tuple[Resource, ...]
    stages: tuple[tuple[type[Resource], ...], ...]
    dropped: tuple[Resource, ...] = ()
    notes: tuple[str, ...] = ()
    first: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        everything = self.resources + self.dropped
        wanted = {resource.key for resource in self.resources}
        deletable = {kind.kind for stage in self.stages for kind in stage}
        twice = [key for key, times in Counter(resource.key for resource in everything).items() if times > 1]
        lacking = [need.key for resource in self.resources for need in resource.needs() if need.key not in wanted]
        forgotten = {each.kind for each in everything if not isinstance(each, Given)} - deletable
        for fault, which in (("more than once", twice), ("needed and not there", lacking), ("in no stage", forgotten)):
            if which:
                raise ValueError(f"stack {self.name}: {fault}: {', '.join(sorted(set(which)))}")

    def emptied(self) -> Stack:
        """The same stack with nothing wanted: to apply it is to take everything down."""
        return replace(self, resources=(), dropped=self.resources + self.dropped, notes=(), first=frozenset())
