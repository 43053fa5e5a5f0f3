"""Deciding: by example, and that it is pure."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.engine.change import Change
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import Action, Plan, plan
from s3ecs.engine.resource import UNKNOWN
from s3ecs.errors import NotOurs, Refused

from .garden import Leaf, Root, Seed, Soil, Stem, garden
from .runs import planned, up
from .wishes import SLOTS, History, Wish, build, histories, law, wishes
from .world import Thing, World


def actions(decided: Plan) -> dict[str, Action]:
    return {step.key: step.action for step in decided.steps}


def known_later(changes: tuple[Change, ...], key: str) -> bool:
    """Whether what refers to ``key`` is known only after apply."""
    return any(
        change.desired is UNKNOWN if change.setting == f"uses.{key}" else change.desired.get(key) is UNKNOWN
        for change in changes
        if change.setting in ("uses", f"uses.{key}")
    )


@law
@given(histories())
def test_deciding_writes_nothing_and_says_the_same_twice(history: History) -> None:
    before, wished = history
    world = World()
    up(build(before), world)
    stack = build(wished, before)
    observation = observe(stack, world)
    seen, things, reads = copy.deepcopy(observation), copy.deepcopy(world.things), world.reads
    world.begun.clear()
    first, second = plan(stack, observation), plan(stack, observation)
    assert first.steps == second.steps
    assert (observation, world.things, world.reads, world.begun) == (seen, things, reads, [])


@law
@given(wishes(), st.sets(st.sampled_from(SLOTS), min_size=1), st.sampled_from([None, "another"]))
def test_all_that_is_not_ours_is_listed_before_any_write(
    wished: tuple[Wish, ...], theirs: set[Wish], owner: str | None
) -> None:
    stack = build(wished)
    world = World({each.key: Thing("theirs", {}, owner) for each in theirs})
    in_the_way = {each.key for each in theirs} & {each.key for each in stack.resources + stack.dropped}
    if in_the_way:
        with pytest.raises(NotOurs) as refusal:
            planned(stack, world)
        assert sorted(refusal.value.names) == sorted(in_the_way)
    else:
        planned(stack, world)
    assert world.begun == []


@law
@given(histories())
def test_who_refers_to_what_is_made_anew_is_a_change(history: History) -> None:
    before, wished = history
    world = World()
    up(build(before), world)
    decided = planned(build(wished, before), world)
    anew = {step.key for step in decided.steps if step.action is Action.REPLACE}
    steps = {step.key: step for step in decided.steps}
    for wish in wished:
        if wish.uses & anew:
            assert steps[wish.key].writes
            assert all(known_later(steps[wish.key].changes, key) for key in wish.uses & anew)


def test_an_absent_thing_is_made() -> None:
    assert actions(planned(garden(Root(name="r")), World())) == {"root/r": Action.CREATE}


def test_what_is_as_it_should_be_is_left_alone() -> None:
    world, stack = World(), garden(Root(name="r", soil=Soil()))
    up(stack, world)
    assert actions(planned(stack, world)) == {"soil/soil": Action.NONE, "root/r": Action.NONE}


def test_a_setting_is_changed_in_place_and_a_fixed_one_by_a_new_thing() -> None:
    world = World()
    up(garden(Root(name="r"), Stem(name="s")), world)
    decided = planned(garden(Root(name="r", size=1), Stem(name="s", size=1, shape=1)), world)
    assert actions(decided) == {"root/r": Action.UPDATE, "stem/s": Action.REPLACE}


def test_a_change_of_a_setting_goes_on_to_those_who_mirror_it() -> None:
    world = World()
    up(garden(root := Root(name="r"), Stem(name="s", mirrors=(root,))), world)
    decided = planned(garden(root := Root(name="r", size=1), Stem(name="s", mirrors=(root,))), world)
    assert decided.writes[1].changes == (Change("mirrors.root/r", 0, 1),)


def test_what_is_no_longer_wanted_is_deleted_behind_all_that_is_built() -> None:
    world = World()
    up(garden(Root(name="old"), Leaf(name="old"), Seed(name="old")), world)
    decided = planned(garden(Root(name="new"), dropped=(Seed(name="old"),)), world)
    assert [(step.action, step.key) for step in decided.steps] == [
        (Action.CREATE, "root/new"),
        (Action.DELETE, "seed/old"),
        (Action.DELETE, "leaf/old"),
        (Action.DELETE, "root/old"),
    ]
    assert all("root/new" in step.behind for step in decided.steps[1:])


def test_what_holds_data_is_kept_unless_its_deletion_is_asked_for() -> None:
    world, stack = World(), garden(Root(name="r"), Stem(name="s"))
    up(stack, world)
    world.things["root/r"].data = "two apples"
    kept = planned(stack.emptied(), world)
    assert [(step.key, step.found and step.found.holds) for step in kept.kept] == [("root/r", "two apples")]
    assert [step.key for step in kept.writes] == ["stem/s"]
    assert [step.key for step in planned(stack.emptied(), world, delete_data=True).writes] == ["stem/s", "root/r"]


def test_a_replacement_that_would_cost_data_is_refused_unless_that_is_asked_for() -> None:
    world = World()
    up(garden(Root(name="r")), world)
    world.things["root/r"].data = "two apples"
    with pytest.raises(Refused, match=r"root/r \(two apples\)"):
        planned(garden(Root(name="r", shape=1)), world)
    assert planned(garden(Root(name="r", size=1)), world).writes[0].action is Action.UPDATE
    up(garden(Root(name="r", shape=1)), world, delete_data=True)
    assert world.things["root/r"].data is None
