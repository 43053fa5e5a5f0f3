"""The sweeps at a size for every day; ``python -m tests.sweep`` runs them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import faults, kills, others
from .calls import operation
from .ground import Ground, laid_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.control import Server


@pytest.fixture(scope="module")
def ground(embedded: Server) -> Iterator[Ground]:
    """A small stack in a region where no other test is."""
    with laid_out(embedded, "ap-northeast-2") as ground:
        yield ground


def test_a_killed_command_and_the_next_one_end_where_an_uninterrupted_one_does(ground: Ground) -> None:
    figure = kills.sweep(ground, kills.some_of(ground))
    assert figure.faults == []
    assert figure.missed == 0
    assert figure.cases >= 10


def test_each_call_may_fail_once_in_every_way(ground: Ground) -> None:
    figure = faults.recover(ground, faults.once_in_turns())
    assert figure.faults == []


def test_three_of_ten_calls_may_be_throttled(ground: Ground) -> None:
    figure = faults.recover(ground, faults.some_share([1]))
    assert figure.faults == []


@pytest.mark.parametrize(
    ("call", "day"),
    [
        ("stepfunctions CreateStateMachine", "denied"),
        ("ecs DescribeClusters", "denied"),
        ("iam PutRolePolicy", "500"),
        ("logs CreateLogGroup", "refused"),
    ],
)
def test_what_fails_for_ever_is_told_in_one_line_and_the_next_run_goes_on(ground: Ground, call: str, day: str) -> None:
    case = next(case for case in faults.for_ever(ground, [day]) if operation(case[1].call) == call)
    figure = faults.fail(ground, [case])
    assert figure.faults == []


def test_two_commands_at_once_end_well_and_one_more_converges(ground: Ground) -> None:
    figure = others.at_once(ground, [0.0])
    assert figure.faults == []


@pytest.mark.parametrize("call", ["sts GetCallerIdentity", "iam PutRolePolicy"])
def test_an_interrupted_command_is_gone_on_from(ground: Ground, call: str) -> None:
    case = next(case for case in others.all_calls(ground) if operation(case[1]) == call)
    figure = others.pressed(ground, [case])
    assert figure.faults == []


def test_a_read_that_was_answered_from_before_is_made_up_for(ground: Ground) -> None:
    wanted = ("ecs DescribeTaskDefinition", "s3 HeadBucket", "iam GetRole", "stepfunctions DescribeStateMachine")
    cases = [case for case in others.all_reads(ground) if case[0] == case[1] == "up"]
    one_of_each = {operation(case[2]): case for case in cases if operation(case[2]) in wanted}
    figure = others.stale(ground, one_of_each.values())
    assert figure.faults == []
    assert figure.cases == len(wanted)
