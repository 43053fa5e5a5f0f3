"""Laws of a run in which some writes fail: who is skipped, what is told, and that the next run mends it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from s3ecs.engine.apply import Outcome, Result, Started

from .garden import Leaf, Root, Seed, Stem, garden
from .runs import Run, up
from .wishes import History, Wish, all_needs, build, histories, law, unlike, wishes
from .world import Fault, Mode, World

faults = st.dictionaries(st.integers(1, 8), st.sampled_from(Mode), min_size=1, max_size=3)


def up_with_faults(before: tuple[Wish, ...], wished: tuple[Wish, ...], which: dict[int, Mode]) -> tuple[World, Run]:
    """From the first wishes, carried out in full, to the second ones, with writes that fail."""
    world = World()
    up(build(before), world)
    world.faults = which
    run = up(build(wished, before), world)
    world.faults = {}
    return world, run


@law
@given(histories(), faults)
def test_a_failure_skips_what_stands_behind_it_and_nothing_else(history: History, which: dict[int, Mode]) -> None:
    before, wished = history
    _, run = up_with_faults(before, wished, which)
    needs = all_needs(wished, run.plan)
    failed = run.keys(Outcome.FAILED)
    behind = {step.key for step in run.plan.writes if needs[step.key] & failed}
    assert run.keys(Outcome.SKIPPED) == behind
    assert run.keys(Outcome.DONE) == {step.key for step in run.plan.writes} - behind - failed
    assert run.results.ok == (not failed)
    assert not run.results.interrupted


@law
@given(histories(), faults)
def test_a_failure_is_told_once_and_those_behind_it_name_it(history: History, which: dict[int, Mode]) -> None:
    before, wished = history
    world, run = up_with_faults(before, wished, which)
    needs = all_needs(wished, run.plan)
    failed = run.keys(Outcome.FAILED)
    assert sorted(run.ended) == sorted(step.key for step in run.plan.writes)
    for result in run.results.results:
        if result.outcome is Outcome.FAILED:
            assert isinstance(result.error, Fault)
        else:
            assert result.error is None
        if result.outcome is Outcome.SKIPPED:
            assert result.because in failed & needs[result.step.key]
        else:
            assert result.because is None
    assert sorted(run.started) == sorted(run.keys(Outcome.DONE) | failed)
    assert {key for _, key in world.begun} == set(run.started)


@law
@given(histories(), faults)
def test_one_more_run_without_the_fault_converges(history: History, which: dict[int, Mode]) -> None:
    before, wished = history
    world, _ = up_with_faults(before, wished, which)
    assert up(build(wished, before), world).results.ok
    assert unlike(world, wished) == []
    assert up(build(wished, before), world).plan.writes == ()


@law
@given(wishes(), faults)
def test_an_emptying_that_failed_is_ended_by_the_next(wished: tuple[Wish, ...], which: dict[int, Mode]) -> None:
    world = World()
    up(build(wished), world)
    empty = build(wished).emptied()
    world.faults = which
    up(empty, world)
    assert world.deleted_in_use == set()
    world.faults = {}
    assert up(empty, world).results.ok
    assert world.things == {}


@law
@given(wishes(), st.integers(1, 8), st.sampled_from([Mode.RETRIED, Mode.HALF]))
def test_an_answer_that_was_lost_is_no_failure(wished: tuple[Wish, ...], number: int, mode: Mode) -> None:
    world = World(faults={number: mode})
    assert up(build(wished), world).results.ok
    assert unlike(world, wished) == []


def test_a_failure_goes_through_what_has_nothing_to_do_to_those_behind_it() -> None:
    world = World()
    up(garden(root := Root(name="r"), Stem(name="s", uses=(root,))), world)
    root = Root(name="r", size=1)
    stem = Stem(name="s", uses=(root,))
    world.faults = {1: Mode.REFUSED}
    run = up(garden(root, stem, Leaf(name="l", uses=(stem,)), Leaf(name="free")), world)
    assert run.keys(Outcome.DONE) == {"leaf/free"}
    assert [(each.step.key, each.because) for each in run.results.of(Outcome.SKIPPED)] == [("leaf/l", "root/r")]
    assert "stem/s" not in run.started + run.ended


def test_a_failure_while_building_prunes_nothing() -> None:
    world = World()
    up(garden(Leaf(name="old")), world)
    world.faults = {1: Mode.REFUSED}
    run = up(garden(Leaf(name="new")), world)
    assert run.told[-1] == Result(run.plan.writes[1], Outcome.SKIPPED, because="leaf/new")
    assert run.told[0] == Started(run.plan.writes[0])
    assert "leaf/old" in world.things


def test_where_what_comes_first_fails_everything_else_is_as_it_was() -> None:
    root, seed = Root(name="r"), Seed(name="s")
    stack = replace(garden(root, Stem(name="t"), seed, Leaf(name="l", uses=(seed,))), first=frozenset({"seed/s"}))
    world = World(faults={1: Mode.REFUSED})
    run = up(stack, world)
    assert world.begun == [("create", "seed/s")]
    assert (run.keys(Outcome.FAILED), world.writes) == ({"seed/s"}, [])
    assert {result.because for result in run.results.of(Outcome.SKIPPED)} == {"seed/s"}

    world.faults = {}
    world.begun.clear()
    assert up(stack, world).results.ok
    assert world.begun[0] == ("create", "seed/s")
    assert up(stack.emptied(), world).results.ok
