"""Laws of a whole run without faults: the world becomes as it is wished, in order, and stays so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from s3ecs.engine.apply import Outcome, Result, Started
from s3ecs.engine.plan import Action

from .runs import Run, planned, up
from .wishes import SLOTS, History, Wish, all_needs, build, histories, law, unlike, wishes
from .world import Thing, World


def assert_in_order(run: Run, wished: tuple[Wish, ...]) -> None:
    """Nothing was told to begin before all that it stands behind was told to have ended."""
    needs = all_needs(wished, run.plan)
    writes = {step.key for step in run.plan.writes}
    ended: set[str] = set()
    for event in run.told:
        if isinstance(event, Result):
            ended.add(event.step.key)
        elif isinstance(event, Started):
            assert needs[event.step.key] & writes <= ended


@law
@given(histories())
def test_the_world_becomes_as_it_is_wished_and_what_is_retired_goes(history: History) -> None:
    before, wished = history
    world = World({"leaf/theirs": Thing("theirs", {}, None)})
    assert up(build(before), world).results.ok
    assert unlike(world, before) == []
    assert up(build(wished, before[::2]), world).results.ok
    assert unlike(world, wished) == []
    assert world.things["leaf/theirs"] == Thing("theirs", {}, None)


@law
@given(histories())
def test_a_second_up_writes_nothing(history: History) -> None:
    before, wished = history
    world = World()
    up(build(before), world)
    up(build(wished), world)
    again = up(build(wished), world)
    assert (again.plan.writes, world.begun, again.told, again.results.results) == ((), [], [], ())


@law
@given(histories())
def test_whatever_is_done_is_done_after_what_it_stands_behind(history: History) -> None:
    before, wished = history
    world = World()
    assert_in_order(up(build(before), world), before)
    run = up(build(wished, before[::2]), world)
    assert_in_order(run, wished)
    anew = {step.key for step in run.plan.steps if step.action is Action.REPLACE}
    assert world.deleted_in_use <= anew
    planned_order = [step.key for step in run.plan.steps]
    needs = all_needs(wished, run.plan)
    assert all(needs[key] <= set(planned_order[:place]) for place, key in enumerate(planned_order))


@law
@given(histories())
def test_deletions_come_after_all_that_is_built(history: History) -> None:
    before, wished = history
    world = World()
    up(build(before), world)
    run = up(build(wished, before), world)
    deleted = [result.step.action is Action.DELETE for result in run.results.results]
    assert deleted == sorted(deleted)


@law
@given(wishes(), st.sets(st.sampled_from(SLOTS)), st.booleans())
def test_an_emptied_stack_leaves_nothing_but_data_that_nobody_asked_to_delete(
    wished: tuple[Wish, ...], holding: set[Wish], delete_data: bool
) -> None:
    world = World({"leaf/theirs": Thing("theirs", {}, "another")})
    up(build(wished), world)
    for slot in holding:
        if slot.key in world.things:
            world.things[slot.key].data = "dew"
    keeps = set() if delete_data else {slot.key for slot in holding if slot.key in world.things}
    empty = build(wished).emptied()
    run = up(empty, world, delete_data=delete_data)
    assert run.results.ok
    assert set(world.things) == {"leaf/theirs"} | keeps
    assert {step.key for step in run.plan.kept} == keeps
    assert keeps or world.deleted_in_use == set()
    assert_in_order(run, ())
    assert planned(empty, world, delete_data=delete_data).writes == ()


@law
@given(wishes())
def test_every_step_is_told_to_begin_and_to_end_once(wished: tuple[Wish, ...]) -> None:
    run = up(build(wished), World())
    keys = sorted(step.key for step in run.plan.writes)
    assert sorted(run.started) == sorted(run.ended) == keys == sorted(run.keys(Outcome.DONE))
    assert [result.step.key for result in run.results.results] == run.ended
