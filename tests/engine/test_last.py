"""What is done after the deletions: what takes something from what is deleted, and what says that all is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from s3ecs.engine.plan import Action

from .garden import Leaf, Root, Seed, garden
from .runs import planned, up
from .world import Mode, World

if TYPE_CHECKING:
    from s3ecs.engine.resource import Props, Resource
    from s3ecs.engine.stack import Stack


class Trunk(Root):
    """While a branch is still there, it stays as thick as the branch needs it."""

    def meanwhile(self, seen: Props, desired: Props) -> Props:
        return {**desired, "size": max(seen["size"], desired["size"])}


class Label(Seed):
    """It is hung up at the end."""

    comes_last: ClassVar[bool] = True


def tree(size: int, *others: Resource, label: int = 0, part: str | None = None, shape: int = 0) -> Stack:
    trunk = Trunk(name="trunk", size=size, part=part)
    return garden(Label(name="label", size=label), trunk, *others, Leaf(name="top", uses=(trunk,), shape=shape))


@pytest.fixture
def grown() -> World:
    """A tree with a branch."""
    world = World()
    assert up(tree(2, Leaf(name="branch")), world).results.ok
    return world


def test_what_only_loses_is_changed_after_what_is_deleted(grown: World) -> None:
    run = up(tree(1), grown)
    assert run.ended == ["leaf/branch", "root/trunk again"]
    assert grown.things["root/trunk"].props["size"] == 1
    assert planned(tree(1), grown).writes == ()


def test_what_gains_and_loses_is_changed_before_and_after(grown: World) -> None:
    grown.things["root/trunk"].props["sun"] = 9
    run = up(tree(1), grown)
    assert run.ended == ["root/trunk", "leaf/branch", "root/trunk again"]
    first, _, second = run.plan.writes
    assert [change.setting for change in first.changes] == ["sun"]
    assert [change.setting for change in second.changes] == ["size"]
    assert planned(tree(1), grown).writes == ()


def test_where_nothing_is_deleted_one_step_is_enough(grown: World) -> None:
    assert up(tree(1, Leaf(name="branch")), grown).ended == ["root/trunk"]


def test_what_serves_one_part_alone_is_changed_at_once() -> None:
    world = World()
    up(tree(2, Leaf(name="branch"), part="p"), world)
    assert up(tree(1, part="p"), world).ended == ["root/trunk", "leaf/branch"]


def test_what_comes_last_waits_for_everything_else(grown: World) -> None:
    run = up(tree(1, Leaf(name="twig"), label=1, shape=1), grown)
    assert run.ended[-1] == "seed/label"
    assert set(run.ended) == {"leaf/twig", "leaf/top", "leaf/branch", "root/trunk again", "seed/label"}


@pytest.mark.parametrize("fault", range(1, 5))
def test_what_comes_last_is_not_done_where_anything_failed(grown: World, fault: int) -> None:
    wanted = tree(1, Leaf(name="twig"), label=1, shape=1)
    grown.faults = {fault: Mode.REFUSED}
    assert not up(wanted, grown).results.ok
    assert grown.things["seed/label"].props["size"] == 0
    grown.faults = {}
    left = planned(wanted, grown)
    assert left.writes[-1].key == "seed/label"
    assert up(wanted, grown).results.ok
    assert planned(wanted, grown).writes == ()


def test_what_comes_last_is_taken_down_like_everything_else(grown: World) -> None:
    run = up(tree(2, Leaf(name="branch")).emptied(), grown)
    assert {step.action for step in run.plan.writes} == {Action.DELETE}
    assert grown.things == {}
