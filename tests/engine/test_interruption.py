"""Ctrl-C: what is under way ends, nothing more begins, the rest is told to be skipped."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.engine.apply import WORKERS, Outcome, Result, Started

from .garden import Leaf, Root, Stem, garden
from .runs import Run, carried_out, planned, up
from .wishes import History, Wish, build, histories, law, unlike, wishes
from .world import Mode, World

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 30  # seconds that a thread waits for what comes at once unless the engine is broken


@pytest.fixture(autouse=True, scope="module")
def _ctrl_c_raises() -> Iterator[None]:
    """A process that was started in the background may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c() -> None:
    """As a terminal does it: the main thread gets the signal, whatever it is doing."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


def assert_told_as_it_was(run: Run, world: World, failed: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Every step has one result, and it is done exactly if the world was asked for it."""
    assert sorted(run.ended) == sorted(step.key for step in run.plan.writes)
    assert [result.step.key for result in run.results.results] == run.ended
    assert run.keys(Outcome.FAILED) == failed
    assert {key for _, key in world.begun} == run.keys(Outcome.DONE) | failed
    assert world.breaches == []


@law
@given(histories(), st.integers(1, 8))
def test_an_interruption_while_telling_loses_no_result(history: History, number: int) -> None:
    before, wished = history

    def hear(run: Run, _: Started | Result) -> None:
        if len(run.told) == number:
            raise KeyboardInterrupt

    world = World()
    up(build(before), world)
    world.begun.clear()
    run = carried_out(planned(build(wished, before), world), world, hear=hear)
    assert_told_as_it_was(run, world)
    assert run.results.interrupted == run.stop.is_set() == (len(run.told) >= number)
    begun_late = [event for event in run.told[number:] if isinstance(event, Started)]
    assert begun_late == []
    assert up(build(wished, before), world).results.ok
    assert unlike(world, wished) == []


@law
@given(wishes(), st.integers(1, 8))
def test_an_interruption_at_any_moment_loses_no_result(wished: tuple[Wish, ...], number: int) -> None:
    stop, once = Event(), Lock()

    def watch(_verb: str, _key: str) -> None:
        if len(world.begun) >= number and once.acquire(blocking=False):
            press_ctrl_c()
            assert stop.wait(LONG)

    world = World(watch=watch)
    run = carried_out(planned(build(wished), world), world, stop=stop)
    world.watch = lambda _verb, _key: None
    assert_told_as_it_was(run, world)
    assert run.results.interrupted == (len(world.begun) >= number)
    assert up(build(wished), world).results.ok
    assert unlike(world, wished) == []


def test_what_is_under_way_ends_and_what_is_behind_it_is_skipped_without_a_culprit() -> None:
    stop, root, stem = Event(), Root(name="r"), Stem(name="s")

    def watch(_verb: str, key: str) -> None:
        if key == "stem/s":
            press_ctrl_c()
        assert stop.wait(LONG)

    world = World(watch=watch)
    stack = garden(root, stem, Leaf(name="l", uses=(root,)), Leaf(name="m", uses=(stem,)))
    run = carried_out(planned(stack, world), world, stop=stop)
    assert run.keys(Outcome.DONE) == {"root/r", "stem/s"}
    assert [(each.step.key, each.error, each.because) for each in run.results.of(Outcome.SKIPPED)] == [
        ("leaf/l", None, None),
        ("leaf/m", None, None),
    ]
    assert run.results.interrupted
    assert not run.results.ok


def test_what_is_ready_is_not_begun_any_more() -> None:
    def hear(run: Run, _: Started | Result) -> None:
        if len(run.told) == 2:
            raise KeyboardInterrupt

    world = World()
    run = carried_out(planned(garden(*(Leaf(name=name) for name in "abc")), world), world, hear=hear)
    assert_told_as_it_was(run, world)
    assert (run.started[:2], len(run.started), len(world.begun)) == (["leaf/a", "leaf/b"], 2, 1)


def test_a_second_interruption_changes_nothing() -> None:
    stop = Event()

    def watch(_verb: str, _key: str) -> None:
        press_ctrl_c()
        assert stop.wait(LONG)
        press_ctrl_c()

    world = World(watch=watch)
    run = carried_out(planned(garden(root := Root(name="r"), Stem(name="s", uses=(root,))), world), world, stop=stop)
    assert_told_as_it_was(run, world)
    assert (run.keys(Outcome.DONE), run.keys(Outcome.SKIPPED)) == ({"root/r"}, {"stem/s"})


def test_afterwards_ctrl_c_means_what_it_meant() -> None:
    up(garden(Root(name="r")), World())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_meaning_of_somebody_elses_is_left_to_ctrl_c() -> None:
    presses = []
    world = World(watch=lambda _verb, _key: press_ctrl_c())
    signal.signal(signal.SIGINT, lambda number, _frame: presses.append(number))
    try:
        assert up(garden(Root(name="r")), world).results.ok
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert presses == [signal.SIGINT]


def test_a_plan_can_be_carried_out_by_another_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(up, garden(Root(name="r")), World()).result(LONG).results.ok


def test_what_fails_after_the_interruption_is_told_as_failed() -> None:
    stop = Event()

    def watch(_verb: str, _key: str) -> None:
        press_ctrl_c()
        assert stop.wait(LONG)

    world = World(watch=watch, faults={1: Mode.REFUSED})
    run = carried_out(planned(garden(root := Root(name="r"), Stem(name="s", uses=(root,))), world), world, stop=stop)
    assert_told_as_it_was(run, world, failed={"root/r"})
    assert run.keys(Outcome.SKIPPED) == {"stem/s"}


def test_what_waits_for_a_free_hand_is_not_begun_any_more() -> None:
    stop, all_busy = Event(), threading.Barrier(WORKERS, timeout=LONG)

    def watch(_verb: str, _key: str) -> None:
        if all_busy.wait() == 0:
            press_ctrl_c()
        assert stop.wait(LONG)

    world = World(watch=watch)
    run = carried_out(
        planned(garden(*(Leaf(name=str(number)) for number in range(WORKERS + 20))), world), world, stop=stop
    )
    assert_told_as_it_was(run, world)
    assert len(run.started) == len(run.keys(Outcome.DONE)) == WORKERS
    assert len(run.keys(Outcome.SKIPPED)) == 20
