"""Stacks of every shape: wishes as plain values, the stack that they make, and what they say about order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from .garden import LEVELS, SUN, Plant, Seed, Soil, garden, level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3ecs.engine.plan import Plan
    from s3ecs.engine.resource import Resource
    from s3ecs.engine.stack import Stack

    from .world import World

law: Final = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])

PARTS: Final = (None, "p", "q")
SOIL: Final = "soil/soil"


@dataclass(frozen=True)
class Wish:
    """One plant of a stack; ``uses``, ``mirrors`` and ``after`` are keys of others."""

    type: type[Plant]
    part: str | None
    number: int
    size: int = 0
    shape: int = 0
    uses: frozenset[str] = frozenset()
    mirrors: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    soil: bool = False

    @property
    def name(self) -> str:
        return f"{self.part or 'all'}-{self.number}"

    @property
    def key(self) -> str:
        return f"{self.type.kind}/{self.name}"

    @property
    def needs(self) -> frozenset[str]:
        return self.uses | self.mirrors | self.after | ({SOIL} if self.soil else frozenset())


SLOTS: Final = [Wish(*slot) for slot in product([kind for kinds in LEVELS for kind in kinds], PARTS, (0, 1))]
"""All that a stack may have, in the order of the levels."""


Seedling = tuple[int, int, int, int, int]
"""A slot's place, bits for size, shape and soil, and bits for which of the possible references it has."""

History = tuple[tuple[Wish, ...], tuple[Wish, ...]]

EDITS: Final = (0, 0, 0, 1, 2, 3, 4, None)

seedlings: Final = st.tuples(
    st.integers(0, len(SLOTS) - 1), st.integers(0, 7), st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)
)


def wishes() -> st.SearchStrategy[tuple[Wish, ...]]:
    """Some of all slots, each with settings and with references to things of earlier levels."""
    return st.lists(seedlings, max_size=8, unique_by=lambda seedling: seedling[0]).map(_grown)


def histories() -> st.SearchStrategy[History]:
    """What was wished before and what is wished now: much of the same, some of it changed, gone or new."""
    some = st.lists(seedlings, max_size=8, unique_by=lambda seedling: seedling[0])
    edits = st.lists(st.sampled_from(EDITS), min_size=8, max_size=8)
    return st.builds(_edited, some, edits, st.lists(seedlings, max_size=2))


def _edited(before: list[Seedling], edits: list[int | None], new: list[Seedling]) -> History:
    """An edit is what happens to the bits of a seedling; None takes it away."""
    kept = [
        (place, bits ^ edit, *references)
        for (place, bits, *references), edit in zip(before, edits, strict=False)
        if edit is not None
    ]
    after = {seedling[0]: seedling for seedling in [*new, *kept]}
    return _grown(before), _grown([*after.values()])


def _grown(drawn: Iterable[tuple[int, ...]]) -> tuple[Wish, ...]:
    made: list[Wish] = []
    for place, bits, uses, mirrors, after in sorted(drawn):
        slot = SLOTS[place]
        lower = [each for each in made if level(each.type.kind) < level(slot.type.kind)]
        usable = [each.key for each in lower if each.part in (None, slot.part)]
        made.append(
            replace(
                slot,
                size=bits & 1,
                shape=bits >> 1 & 1,
                soil=bool(bits >> 2),
                uses=_chosen(usable, uses),
                mirrors=_chosen(usable, mirrors),
                after=_chosen([each.key for each in made], after),
            )
        )
    return tuple(made)


def _chosen(keys: list[str], bits: int) -> frozenset[str]:
    """Those of the latest three whose bit is set."""
    return frozenset(key for place, key in enumerate(reversed(keys[-3:])) if bits >> place & 1)


def build(wished: Iterable[Wish], known: Iterable[Wish] = ()) -> Stack:
    """The stack that is wished; of the others the seeds and those in ``known`` are dropped by name."""
    soil = Soil()
    made: dict[str, Resource] = {}
    for wish in wished:
        made[wish.key] = wish.type(
            name=wish.name,
            part=wish.part,
            after=tuple(made[key] for key in sorted(wish.after)),
            size=wish.size,
            shape=wish.shape,
            uses=tuple(made[key] for key in sorted(wish.uses)),
            mirrors=tuple(made[key] for key in sorted(wish.mirrors)),
            soil=soil if wish.soil else None,
        )
    by_name = {each.key: each for each in (*known, *(slot for slot in SLOTS if slot.type is Seed))}
    dropped = tuple(each.type(name=each.name, part=each.part) for key, each in by_name.items() if key not in made)
    return garden(*made.values(), dropped=dropped)


def direct_needs(wished: Iterable[Wish], plan: Plan) -> dict[str, set[str]]:
    """Step by step what has to be over before it, told from the wishes and from what is deleted alone."""
    before = {SOIL: set[str]()} | {wish.key: set(wish.needs) for wish in wished}
    built = {step.key for step in plan.writes if step.resource is not None}
    going = [step.found for step in plan.steps if step.found is not None and step.resource is None]
    for each in going:
        later = [other for other in going if level(other.kind) > level(each.kind)]
        before[each.key] = built | {other.key for other in later if each.part in (None, other.part)}
    return before


def all_needs(wished: Iterable[Wish], plan: Plan) -> dict[str, set[str]]:
    """The same with what stands behind that, and so on."""
    direct = direct_needs(wished, plan)

    @cache
    def reach(key: str) -> set[str]:
        return direct[key].union(*(reach(need) for need in direct[key]))

    return {key: reach(key) for key in direct}


def unlike(world: World, wished: Iterable[Wish]) -> list[str]:
    """Keys of what is not in the world as it is wished, and of what is there of the stack and not wished."""
    by_key = {wish.key: wish for wish in wished}
    wrong = [key for key, thing in world.things.items() if thing.owner is not None and key not in by_key]
    for key, wish in by_key.items():
        wanted = {
            "size": wish.size,
            "shape": wish.shape,
            "uses": {each: world.things[each].id for each in wish.uses if each in world.things},
            "mirrors": {each: by_key[each].size for each in wish.mirrors},
            "sun": SUN if wish.soil else 0,
        }
        if key not in world.things or world.things[key].props != wanted:
            wrong.append(key)
    return wrong
