"""The contract: what is a need, what ids say, which stacks cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pytest

from s3ecs.engine.resource import UNKNOWN, Found, Ids, Observed
from s3ecs.engine.stack import Stack

from .garden import NAME, STAGES, Leaf, Plant, Root, Seed, Soil, Stem, garden
from .world import World

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, eq=False, kw_only=True)
class Vine(Plant):
    kind: ClassVar[str] = "vine"

    holds_on_to: Mapping[str, tuple[tuple[str, Plant], ...]]


def test_whatever_is_mentioned_in_a_field_is_needed() -> None:
    root, stem, leaf, soil = Root(name="r"), Stem(name="s"), Leaf(name="l"), Soil()
    vine = Vine(name="v", uses=(root,), after=(stem,), soil=soil, holds_on_to={"by": (("its tip", leaf),)})
    assert set(vine.needs()) == {root, stem, leaf, soil}


def test_needs_of_needs_are_not_needs() -> None:
    root = Root(name="r")
    stem = Stem(name="s", uses=(root,))
    assert list(Leaf(name="l", uses=(stem,)).needs()) == [stem]


def test_ids_are_unknown_until_learnt() -> None:
    root = Root(name="r")
    ids = Ids({root.key: None})
    assert (ids.of(root), ids.setting(root, "size")) == (UNKNOWN, UNKNOWN)
    ids.learn(root, "id-1", {"size": 3})
    assert (ids.of(root), ids.setting(root, "size")) == ("id-1", 3)


def test_ids_of_what_is_made_anew_are_unknown_again_in_a_copy() -> None:
    root = Root(name="r")
    ids = Ids({root.key: Observed("id-1", {}, NAME)})
    assert ids.without(root.key).of(root) is UNKNOWN
    assert ids.of(root) == "id-1"


def test_a_thing_found_has_the_key_of_the_resource_that_made_it() -> None:
    leaf = Leaf(name="l", part="p")
    assert leaf.as_found(Observed("id-1", {}, NAME)) == Found("leaf", "l", "id-1", "p")
    assert leaf.as_found(Observed("id-1", {}, NAME)).key == leaf.key == "leaf/l"


def test_what_is_given_is_never_written() -> None:
    soil, world = Soil(), World()
    for write in (
        lambda: soil.create(world, {}),
        lambda: soil.update(world, {}, frozenset()),
        lambda: Soil.delete(world, Found("soil", "soil", "soil-id"), data=False),
    ):
        with pytest.raises(NotImplementedError, match=r"soil.* is given"):
            write()


def test_a_key_stands_for_one_resource_only() -> None:
    with pytest.raises(ValueError, match="more than once: root/r"):
        garden(Root(name="r"), Root(name="r"))
    with pytest.raises(ValueError, match="more than once: root/r"):
        garden(Root(name="r"), dropped=(Root(name="r"),))


def test_a_stack_has_all_that_its_resources_need() -> None:
    with pytest.raises(ValueError, match="needed and not there: root/r"):
        garden(Stem(name="s", uses=(Root(name="r"),)))


def test_a_kind_that_could_never_be_deleted_is_refused() -> None:
    with pytest.raises(ValueError, match="in no stage: seed"):
        Stack(NAME, (Seed(name="s"),), STAGES[1:])


def test_an_emptied_stack_wants_nothing_and_knows_all() -> None:
    root, leaf, seed = Root(name="r"), Leaf(name="l"), Seed(name="s")
    empty = garden(root, leaf, dropped=(seed,)).emptied()
    assert (empty.resources, empty.dropped) == ((), (root, leaf, seed))
