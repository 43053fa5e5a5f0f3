"""Adopting: what is nobody's is taken over on request, shown before, and never becomes deletable by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.engine.change import ABSENT, Change
from s3ecs.engine.plan import Action
from s3ecs.errors import NotOurs, Refused

from .garden import NAME, Leaf, Root, Soil, Stem, garden
from .runs import carried_out, planned, up
from .wishes import SLOTS, Wish, build, law, unlike, wishes
from .world import Mode, Thing, World

MARKS = Change("marks", ABSENT, {"owner": NAME, "adopted": True})
faults = st.dictionaries(st.integers(1, 8), st.sampled_from(Mode), max_size=3)


def theirs(shape: int = 0, owner: str | None = None) -> Thing:
    """What stands there before the stack."""
    return Thing("theirs", {"size": 9, "shape": shape}, owner, data="dew")


def grown(wished: tuple[Wish, ...], before: set[Wish]) -> World:
    """A world in which some of what is wished, and some of what is not, is there already."""
    shapes = {wish.key: wish.shape for wish in wished}
    return World({slot.key: theirs(shapes.get(slot.key, 0)) for slot in before if slot.type.kind != "seed"})


@law
@given(wishes(), st.sets(st.sampled_from(SLOTS)), faults)
def test_what_is_adopted_becomes_as_it_is_wished_and_stays_when_the_stack_goes(
    wished: tuple[Wish, ...], before: set[Wish], which: dict[int, Mode]
) -> None:
    world, stack = grown(wished, before), build(wished)
    names = set(world.things)
    wanted = {wish.key: wish for wish in wished}
    decided = planned(stack, world, adopt=True)
    assert {step.key for step in decided.steps if step.action is Action.ADOPT} == names & wanted.keys()

    world.faults = which
    up(stack, world, adopt=True)
    world.faults = {}
    assert up(stack, world, adopt=True).results.ok
    assert unlike(world, wished) == []
    assert up(stack, world).plan.writes == ()

    run = up(stack.emptied(), world, delete_data=True)
    assert run.results.ok
    outliving = {key for key in names & wanted.keys() if wanted[key].type.outlives}
    assert {step.key for step in run.plan.kept} == outliving
    assert set(world.things) == outliving | (names - wanted.keys())
    assert all(world.things[key] == theirs() for key in names - wanted.keys())


@law
@given(wishes(), st.sets(st.sampled_from(SLOTS), min_size=1))
def test_what_is_another_stacks_is_never_adopted(wished: tuple[Wish, ...], before: set[Wish]) -> None:
    world, stack = grown(wished, before), build(wished)
    some = sorted(set(world.things) & {resource.key for resource in stack.resources})[::2]
    for key in some:
        world.things[key].owner = "another"
    if some:
        with pytest.raises(NotOurs) as refusal:
            planned(stack, world, adopt=True)
        assert sorted(refusal.value.names) == some
        assert "--adopt" not in (refusal.value.hint or "")
    else:
        planned(stack, world, adopt=True)
    assert world.begun == []


def test_without_a_request_it_is_refused_and_the_hint_names_the_request() -> None:
    with pytest.raises(NotOurs, match="root/r") as refusal:
        planned(garden(Root(name="r")), World({"root/r": theirs()}))
    assert (refusal.value.hint or "").endswith("take it over with up --adopt")


def test_taking_down_adopts_nothing() -> None:
    world = World({"root/r": theirs()})
    with pytest.raises(NotOurs, match="root/r") as refusal:
        planned(garden(Root(name="r")).emptied(), world, adopt=True)
    assert "--adopt" not in (refusal.value.hint or "")


def test_the_plan_shows_the_marks_and_every_setting_that_changes() -> None:
    (step,) = planned(garden(Root(name="r")), World({"root/r": theirs()}), adopt=True).writes
    assert step.action is Action.ADOPT
    assert [change for change in step.changes if change.setting in ("size", "marks")] == [Change("size", 9, 0), MARKS]


def test_what_is_given_needs_no_adopting() -> None:
    steps = planned(garden(Root(name="r", soil=Soil())), World(), adopt=True).steps
    assert {step.key: step.action for step in steps} == {"soil/soil": Action.NONE, "root/r": Action.CREATE}


def test_what_only_a_new_one_could_have_is_refused_before_and_after_adopting() -> None:
    world = World({"root/r": theirs()})
    with pytest.raises(Refused, match=r"root/r \(shape\)"):
        planned(garden(Root(name="r", shape=1)), world, adopt=True)
    up(garden(Root(name="r")), world, adopt=True)
    with pytest.raises(Refused, match=r"root/r \(shape\)"):
        planned(garden(Root(name="r", shape=1)), world, delete_data=True)


def test_what_was_adopted_and_is_no_longer_wanted_is_kept() -> None:
    world = World({"leaf/l": theirs()})
    up(garden(Leaf(name="l"), Stem(name="s")), world, adopt=True)
    run = up(garden(), world, delete_data=True)
    assert [(step.key, step.found and step.found.adopted) for step in run.plan.kept] == [("leaf/l", True)]
    assert [step.key for step in run.plan.writes] == ["stem/s"]


@pytest.mark.parametrize(("owner", "error"), [("another", NotOurs), (None, Refused)])
def test_what_is_somebodys_or_gone_by_then_is_left_alone(owner: str | None, error: type[Exception]) -> None:
    world = World({"root/r": theirs()})
    decided = planned(garden(Root(name="r")), world, adopt=True)
    if owner is None:
        del world.things["root/r"]
    else:
        world.things["root/r"].owner = owner
    (result,) = carried_out(decided, world).results.results
    assert isinstance(result.error, error)
    assert (world.writes, world.breaches) == ([], [])
