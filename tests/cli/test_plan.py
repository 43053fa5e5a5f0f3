"""The plan: as text and as JSON, before anything is there, and of a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from . import golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from .terminal import Ran, Terminal

REGION = "eu-west-1"
NAME = "planned"
ONE = {"prefix": "target/", "environment": {"ENV": "dev"}}
OTHER = {"prefix": "reports/", "suffix": ".json"}
BEFORE: dict[str, Any] = {"region": REGION, "jobs": {"convert": ONE, "report": OTHER}}
CHANGED = ONE | {"prefix": "in/", "memory": 2048, "environment": {"ENV": "prod", "NEW": "[bold]x", "SIZE": "{size}"}}
AFTER: dict[str, Any] = BEFORE | {"log_retention_days": 90, "jobs": {"convert": CHANGED, "report": OTHER}}


@dataclass(frozen=True)
class Course:
    """What was typed one after the other, and the calls that changed something."""

    plans: dict[str, Ran]
    writes_of_a_plan: list[str]
    up: Ran
    second_up: Ran
    writes_of_the_second_up: list[str]


@pytest.fixture(scope="module")
def course(terminal: Terminal) -> Course:
    """Plan a stack and make it, change its spec and plan that."""
    terminal.stack(NAME, **BEFORE)
    plan, writes_of_a_plan = terminal.traced("plan")
    up = terminal("up", "--yes", "--json")
    second_up, writes_of_the_second_up = terminal.traced("up", "--yes")
    terminal.stack(NAME, **AFTER)
    changed, changed_as_json = terminal.side_by_side(("plan", "--exit-code"), ("plan", "--json"))
    plans = {"new.txt": plan, "changed.txt": changed, "changed.json": changed_as_json}
    return Course(plans, writes_of_a_plan, up, second_up, writes_of_the_second_up)


@pytest.mark.parametrize("name", ["new.txt", "changed.txt", "changed.json"])
def test_plan_reads_as_it_should(name: str, course: Course) -> None:
    golden.check(name, course.plans[name].out)


def test_plan_says_what_a_nat_gateway_costs(make_terminal: Callable[..., Terminal]) -> None:
    terminal = make_terminal(S3ECS_LOCAL="1")
    terminal.stack("walled", region=REGION, network={"managed": {"nat_gateways": 2}})
    golden.check("managed.txt", terminal("plan").out)
    terminal.stack("walled", region=REGION, network={"managed": {"nat_gateways": 0}})
    assert "USD" not in terminal("plan").out


def test_plan_writes_nothing(course: Course) -> None:
    assert course.writes_of_a_plan == []


def test_second_up_writes_nothing(course: Course) -> None:
    assert course.writes_of_the_second_up == []
    assert course.second_up.code == 0
    assert "nothing to do: everything is as it should be" in course.second_up.err


def test_up_tells_programs_of_the_plan_every_step_and_the_end(course: Course) -> None:
    runner, plan, *steps, end = course.up.events
    assert (runner["event"], runner["runner"]) == ("runner", "process")
    assert (plan["event"], plan["stack"]) == ("plan", NAME)
    lines = [f"  + {step['kind'].replace('-', ' ')} {step['name']}" for step in plan["steps"]]
    told = course.plans["new.txt"].out.splitlines()[:-1]
    assert lines == [line for line in told if not line.startswith("  ! ")]
    planned = {(step["kind"], step["name"]) for step in plan["steps"]}
    for kind in ("started", "done"):
        assert {(step["kind"], step["name"]) for step in steps if step["event"] == kind} == planned
    assert end == {"event": "end", "done": len(planned), "failed": 0, "skipped": 0, "interrupted": False}


def test_with_json_nothing_is_said_besides(course: Course) -> None:
    assert course.up.err == ""


def test_exit_code_says_whether_changes_are_pending(course: Course) -> None:
    assert course.plans["changed.txt"].code == 3
    assert course.plans["new.txt"].code == 0  # nobody asked
