"""Doing, by example: side by side, ids on the way, and creates that are answered with: there is one."""

from __future__ import annotations

from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from s3ecs.engine.apply import WORKERS, Outcome, Result, Started
from s3ecs.errors import CallFailed, NotOurs, Refused

from .garden import NAME, Leaf, Root, Soil, Stem, garden
from .runs import Run, carried_out, planned, up
from .world import Mode, Thing, World

if TYPE_CHECKING:
    from s3ecs.engine.stack import Stack


def _meet(barrier: Barrier) -> None:
    barrier.wait()


def run_with_one_in_the_way(stack: Stack, key: str, thing: Thing) -> tuple[World, Run]:
    """Carry out a plan that was made before ``thing`` came into the world."""
    world = World()
    decided = planned(stack, world)
    world.things[key] = thing
    return world, carried_out(decided, world)


def test_what_does_not_stand_behind_one_another_is_done_side_by_side() -> None:
    meeting = Barrier(3, timeout=30)
    world = World(watch=lambda _verb, _key: _meet(meeting))
    assert up(garden(Root(name="r"), Stem(name="s"), Leaf(name="l")), world).results.ok


def test_ids_and_settings_of_what_was_just_made_reach_those_behind_it() -> None:
    world = World()
    root = Root(name="r", size=3, soil=Soil())
    up(garden(root, Stem(name="s", uses=(root,), mirrors=(root,))), world)
    assert world.things["stem/s"].props["uses"] == {"root/r": world.things["root/r"].id}
    assert world.things["stem/s"].props["mirrors"] == {"root/r": 3}


def test_a_plan_can_be_carried_out_in_two_worlds() -> None:
    first, second = World(), World({"leaf/theirs": Thing("id-1", {}, None)})
    root = Root(name="r")
    decided = planned(garden(root, Stem(name="s", uses=(root,))), first)
    second._serial = iter(range(70, 80))  # type: ignore[assignment]
    assert carried_out(decided, first).results.ok
    assert carried_out(decided, second).results.ok
    assert second.things["stem/s"].props["uses"] == {"root/r": "id-70"}
    assert second.breaches == []


def test_one_with_our_tag_counts_as_made() -> None:
    props = {"size": 0, "shape": 0, "uses": {}, "mirrors": {}, "sun": 0}
    world, run = run_with_one_in_the_way(garden(Root(name="r")), "root/r", Thing("id-9", props, NAME))
    assert run.results.ok
    assert world.things["root/r"].id == "id-9"
    assert world.writes == []


def test_what_one_with_our_tag_lacks_is_added_and_its_id_is_learnt() -> None:
    root = Root(name="r", size=2)
    stack = garden(root, Stem(name="s", uses=(root,)))
    world, run = run_with_one_in_the_way(stack, "root/r", Thing("id-9", {"shape": 0, "theirs": 1}, NAME))
    assert run.results.ok
    assert world.writes == [("update", "root/r"), ("create", "stem/s")]
    assert world.things["root/r"].props["size"] == 2
    assert world.things["stem/s"].props["uses"] == {"root/r": "id-9"}


def test_one_with_our_tag_and_another_fixed_setting_is_a_failure() -> None:
    world, run = run_with_one_in_the_way(garden(Root(name="r")), "root/r", Thing("id-9", {"shape": 1}, NAME))
    (result,) = run.results.results
    assert isinstance(result.error, CallFailed)
    assert str(result.error) == "there still is one with another shape"
    assert (world.breaches, world.writes) == ([], [])


@pytest.mark.parametrize("owner", [None, "another"])
def test_one_without_our_tag_is_not_ours(owner: str | None) -> None:
    world, run = run_with_one_in_the_way(garden(Root(name="r")), "root/r", Thing("id-9", {}, owner))
    (result,) = run.results.results
    assert isinstance(result.error, NotOurs)
    assert result.error.names == ("root/r",)
    assert world.things["root/r"] == Thing("id-9", {}, owner)


def test_what_was_deleted_but_not_made_anew_is_made_by_the_next_run() -> None:
    world = World()
    up(garden(root := Root(name="r"), Stem(name="s", uses=(root,))), world)
    root = Root(name="r", shape=1)
    stack = garden(root, Stem(name="s", uses=(root,)))
    world.faults = {2: Mode.REFUSED}
    assert up(stack, world).keys(Outcome.FAILED) == {"root/r"}
    assert "root/r" not in world.things
    world.faults = {}
    assert up(stack, world).results.ok
    assert world.things["stem/s"].props["uses"] == {"root/r": world.things["root/r"].id}


def test_no_more_is_told_to_have_begun_than_there_are_hands() -> None:
    under_way = most = 0

    def hear(_: Run, event: Started | Result) -> None:
        nonlocal under_way, most
        under_way += 1 if isinstance(event, Started) else -1
        most = max(most, under_way)

    world = World()
    decided = planned(garden(*(Leaf(name=str(number)) for number in range(WORKERS + 20))), world)
    assert carried_out(decided, world, hear=hear).results.ok
    assert 1 <= most <= WORKERS


def test_an_error_of_the_listener_ends_the_run_after_what_is_under_way() -> None:
    world = World()

    def hear(_: Run, event: Started | Result) -> None:
        if isinstance(event, Result):
            raise BrokenPipeError

    root = Root(name="r")
    with pytest.raises(BrokenPipeError):
        carried_out(planned(garden(root, Stem(name="s", uses=(root,))), world), world, hear=hear)
    assert world.writes == [("create", "root/r")]


def test_what_came_to_hold_data_after_the_plan_is_kept() -> None:
    world = World()
    stack = garden(Root(name="r"))
    up(stack, world)
    decided = planned(stack.emptied(), world)
    world.things["root/r"].data = "one line"
    (result,) = carried_out(decided, world).results.of(Outcome.FAILED)
    assert isinstance(result.error, Refused)
    assert "one line" in str(result.error)
    assert "root/r" in world.things
    assert world.breaches == []
