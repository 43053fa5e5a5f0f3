"""Reading: one wave, nothing forgotten, nothing running on behind an error."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Barrier
from typing import TYPE_CHECKING, ClassVar

import pytest

from s3ecs.engine.observe import observe
from s3ecs.engine.resource import Found, Observed

from .garden import NAME, Leaf, Plant, Root, Soil, Stem, garden
from .runs import up
from .world import Thing, World

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_absent_things_are_none_and_given_ones_are_read() -> None:
    observation = observe(garden(Root(name="r", soil=Soil())), World())
    assert observation.observed["root/r"] is None
    assert observation.observed["soil/soil"] == Observed("soil-id", {"sun": 7}, None)


def test_what_is_given_is_nobodys() -> None:
    assert observe(garden(Root(name="r", soil=Soil())), World()).foreign == ()


def test_dropped_things_are_found_by_name_and_others_by_tag() -> None:
    world = World()
    up(garden(Root(name="known"), Stem(name="unknown", part="p")), world)
    world.things["stem/unknown"].data = "a nest"
    found = observe(garden(Root(name="new"), dropped=(Root(name="known"),)), world).found
    assert found == (Found("root", "known", "id-1"), Found("stem", "unknown", "id-2", "p", "a nest"))


def test_things_of_other_stacks_are_not_found() -> None:
    assert observe(garden(), World({"root/r": Thing("id-1", {}, "another")})).found == ()


def test_an_error_waits_for_the_other_reads_and_is_the_first_in_the_order_of_the_stack() -> None:
    @dataclass(frozen=True, eq=False, kw_only=True)
    class Thorn(Plant):
        kind: ClassVar[str] = "thorn"

        def read(self, aws: World) -> Observed | None:
            aws.read(self.key)
            raise LookupError(self.name)

    thorns = [Thorn(name=f"t{number}") for number in range(3)]
    world = World()
    stack = garden(Root(name="r"))
    object.__setattr__(stack, "resources", (*thorns, *stack.resources))
    with pytest.raises(LookupError, match="t0"):
        observe(stack, world)
    assert world.reads >= 4


def test_a_discovery_that_names_what_is_wanted_is_not_believed() -> None:
    @dataclass(frozen=True, eq=False, kw_only=True)
    class Weed(Leaf):
        @classmethod
        def discover(cls, aws: World, stack: str, known: frozenset[str]) -> Iterator[Found]:
            del known
            yield from Leaf.discover(aws, stack, frozenset())

    world = World({"leaf/l": Thing("id-1", {}, NAME), "leaf/old": Thing("id-2", {}, NAME)})
    stack = garden(Weed(name="l"))
    object.__setattr__(stack, "stages", ((Weed,),))
    assert [found.name for found in observe(stack, world).found] == ["old"]


def test_twins_of_what_is_wanted_or_dropped_are_found_and_pruned_by_their_ids() -> None:
    @dataclass(frozen=True, eq=False, kw_only=True)
    class Seedling(Leaf):
        def twins(self, aws: World) -> Iterator[Found]:
            yield from (Found(self.kind, key[5:], "id-2") for key in aws.things if key == f"leaf/{self.name}-again")

    world = World({"leaf/l": Thing("id-1", {}, NAME), "leaf/l-again": Thing("id-2", {}, "nobody's")})
    for stack in (garden(Seedling(name="l")), garden(dropped=(Seedling(name="l"),))):
        assert Found("leaf", "l-again", "id-2") in observe(stack, world).found


def test_reads_go_side_by_side() -> None:
    meeting = Barrier(3, timeout=30)

    @dataclass(frozen=True, eq=False, kw_only=True)
    class Social(Root):
        def read(self, aws: World) -> Observed | None:
            meeting.wait()
            return super(Root, self).read(aws)

    observe(garden(*(Social(name=name) for name in "abc")), World())
    assert not meeting.broken
