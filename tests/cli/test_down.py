"""What ``down`` asks for before it deletes, and ``status`` of what somebody else has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .terminal import Ran, Terminal

REGION = "eu-west-3"
NAME = "leaving"


@dataclass(frozen=True)
class Course:
    """What was typed one after the other."""

    drift: Ran
    drift_as_json: Ran
    edited: Ran
    mended: Ran
    well: Ran
    refused: dict[str, Ran]
    down: Ran
    gone: Ran


@pytest.fixture(scope="module")
def course(terminal: Terminal, clients: Callable[..., Any]) -> Course:
    """A stack that somebody else has touched, mended, and taken down in several tries."""
    events, logs = clients("events", region=REGION), clients("logs", region=REGION)
    states = clients("stepfunctions", region=REGION)
    terminal.stack(NAME, region=REGION, jobs={"convert": {"prefix": "target/"}, "report": {"prefix": "reports/"}})
    terminal("up", "--yes")
    events.disable_rule(Name="leaving-convert")
    logs.delete_log_group(logGroupName="/s3ecs/leaving/convert")
    drift, drift_as_json = terminal.side_by_side(("status", "--exit-code"), ("status", "--json", "--exit-code"))
    terminal.stack(NAME, region=REGION)
    edited = terminal("status", "--exit-code")
    mended = terminal("up", "--yes", "--json")
    clients("s3", region=REGION).put_object(Bucket="leaving-bucket", Key="hoge/kept", Body=b"x")
    words = {
        "nobody to ask": ("down",),
        "data, nobody to ask": ("down", "--yes", "--delete-data"),
        "data, another name": ("down", "--yes", "--delete-data", "--confirm", "go-batch"),
    }
    well, *refused = terminal.side_by_side(("status", "--exit-code", "--json"), *words.values())
    machines = states.list_state_machines()["stateMachines"]
    assert [each["name"] for each in machines] == ["leaving-convert"]
    down = terminal("down", "--delete-data", "--confirm", NAME, "--json")
    return Course(
        drift,
        drift_as_json,
        edited,
        mended,
        well,
        dict(zip(words, refused, strict=True)),
        down,
        terminal("status", "--runs", "0", "--json"),
    )


def test_status_says_what_is_not_as_it_should_be(course: Course) -> None:
    lines = [line.strip() for line in course.drift.out.splitlines()]
    assert "drifted rule leaving-convert" in lines
    assert "missing log group /s3ecs/leaving/convert" in lines
    assert 'state: "DISABLED", should be "ENABLED"' in lines
    assert course.drift.code == 3


def test_status_says_it_to_programs_too(course: Course) -> None:
    status = course.drift_as_json.json
    health = {(hop["part"], hop["kind"]): hop["health"] for hop in status["hops"] if hop["health"] != "ok"}
    assert health == {("convert", "rule"): "drifted", ("convert", "log-group"): "missing"}
    assert status["spec"] == "applied"
    assert (status["well"], status["dead_letters"], status["runs"]) == (False, 0, {"convert": [], "report": []})


def test_status_tells_an_edited_spec_from_drift(course: Course) -> None:
    told, *lines = [line.strip() for line in course.edited.out.splitlines()][1:]
    assert told == "the spec was edited since it was applied: what differs may be that, or drift"
    assert not any(line.startswith("the spec was edited") for line in course.drift.out.splitlines())
    assert {line.split()[0] for line in lines if line.endswith("leaving-convert")} == {"differs", "ok"}
    assert "not in the spec rule leaving-report" in lines
    assert course.edited.code == 3


def test_up_mends_it_prunes_the_job_taken_out_and_does_nothing_else(course: Course) -> None:
    done = [each for each in course.mended.events if each["event"] == "done"]
    built = sorted((each["action"], each["kind"], each["name"]) for each in done if each["action"] != "delete")
    assert built == [
        ("create", "log-group", "/s3ecs/leaving/convert"),
        ("update", "applied-spec", NAME),
        ("update", "role", "leaving-events-eu-west-3"),
        ("update", "rule", "leaving-convert"),
    ]
    pruned = {(each["kind"], each["name"]) for each in done if each["action"] == "delete"}
    assert pruned == {
        ("target", "leaving-report"),
        ("rule", "leaving-report"),
        ("state-machine", "leaving-report"),
        ("task-definition", "leaving-report"),
        ("log-group", "/s3ecs/leaving/report"),
        *(("role", f"leaving-report-{purpose}-eu-west-3") for purpose in ("task", "execution", "machine")),
    }
    assert course.well.code == 0
    assert course.well.json["well"] is True


@pytest.mark.parametrize(
    ("name", "code", "error", "hint"),
    [
        ("nobody to ask", 2, "Take it down? Nobody can be asked here.", "pass --yes to go ahead"),
        ("data, nobody to ask", 2, "deleting data wants the stack's name", "pass --confirm leaving"),
        (
            "data, another name",
            4,
            "'go-batch' is not the stack's name; nothing was done",
            "pass --confirm leaving",
        ),
    ],
)
def test_down_deletes_nothing_unasked(name: str, code: int, error: str, hint: str, course: Course) -> None:
    ran = course.refused[name]
    assert (ran.code, ran.errors, ran.hint) == (code, [error], hint)
    assert "deleted" not in ran.err


def test_the_stacks_name_is_leave_enough_to_delete_everything(course: Course) -> None:
    assert course.down.code == 0
    assert course.down.events[-1]["event"] == "end"
    assert course.down.events[-1]["failed"] == 0
    assert course.gone.json["spec"] == "unknown"
    assert {hop["health"] for hop in course.gone.json["hops"] if hop["kind"] != "network"} == {"missing"}


def test_what_starts_runs_goes_first(course: Course) -> None:
    ended = [event["kind"] for event in course.down.events if event["event"] == "done"]
    first = next(kind for kind in ended if kind != "applied-spec")  # a note, taken off beside
    assert first in ("rule", "target")
    assert ended.index("rule") < ended.index("state-machine")
    assert ended.index("state-machine") < ended.index("task-definition")
