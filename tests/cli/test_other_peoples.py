"""What the commands say where things of somebody else's are in the way, are adopted, or are used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .terminal import Ran, Terminal

REGION = "eu-west-2"
NAME = "taker"
BUCKET, GROUP, QUEUE = "taker-bucket", "/s3ecs/taker/convert", "taker-dead-letters"


@dataclass(frozen=True)
class Course:
    """What was typed one after the other."""

    refused: Ran
    planned: Ran
    planned_as_json: Ran
    adopted: Ran
    again: Ran
    down: Ran
    down_again: Ran


@pytest.fixture(scope="module")
def course(terminal: Terminal, clients: Callable[..., Any]) -> Course:
    """A stack among things of its names: adopted, and taken down with all data."""
    s3, logs, sqs = (clients(service, region=REGION) for service in ("s3", "logs", "sqs"))
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    logs.create_log_group(logGroupName=GROUP, tags={"Theirs": "yes"})
    sqs.create_queue(QueueName=QUEUE)
    terminal.stack(NAME, region=REGION)
    course = Course(
        refused=terminal("up", "--yes"),
        planned=terminal("plan", "--adopt"),
        planned_as_json=terminal("plan", "--adopt", "--json"),
        adopted=terminal("up", "--adopt", "--yes"),
        again=terminal("up", "--yes"),
        down=terminal("down", "--delete-data", "--confirm", NAME),
        down_again=terminal("down", "--delete-data", "--confirm", NAME),
    )
    assert BUCKET in {each["Name"] for each in s3.list_buckets()["Buckets"]}
    assert logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert sqs.list_queues(QueueNamePrefix=QUEUE)["QueueUrls"]
    return course


def test_without_the_option_all_of_them_are_named_and_the_hint_names_it(course: Course) -> None:
    assert course.refused.code == 4
    assert course.refused.errors == [f"not made by the stack taker: bucket/{BUCKET}, queue/{QUEUE}, log-group/{GROUP}"]
    assert course.refused.hint.endswith("or take it over with up --adopt")


def test_the_plan_shows_first_what_is_adopted_and_what_changes_in_it(course: Course) -> None:
    lines = course.planned.out.splitlines()
    signs = [line[2] for line in lines[:-1] if not line.startswith("      ")]
    assert signs == sorted(signs, key=lambda sign: sign != ">")
    assert signs.count(">") == 3
    block = lines[lines.index(f"  > log group {GROUP}") + 1 :]
    assert block[:3] == [
        "      retention_days: 0 -> 30",
        '      tags.s3ecs:adopted: (none) -> "true"',
        '      tags.s3ecs:job: (none) -> "convert"',
    ]
    assert lines[-1].startswith("3 to adopt, ")


def test_the_plan_says_it_to_programs_too(course: Course) -> None:
    adopted = [step for step in course.planned_as_json.json["steps"] if step["action"] == "adopt"]
    assert {step["name"] for step in adopted} == {BUCKET, GROUP, QUEUE}
    assert all({"setting": "tags.s3ecs:stack", "from": "(none)", "to": NAME} in step["changes"] for step in adopted)


def test_up_adopts_them_and_a_second_one_needs_no_option_and_does_nothing(course: Course) -> None:
    assert course.adopted.code == 0
    assert f"  adopted bucket {BUCKET}" in course.adopted.err.splitlines()
    assert "nothing to do: everything is as it should be" in course.again.err


def test_down_keeps_what_was_adopted_whatever_is_asked_and_says_why(course: Course) -> None:
    assert course.down.code == 0
    for what in (f"bucket {BUCKET}", f"log group {GROUP}", f"queue {QUEUE}"):
        assert f"  = {what} (kept: it was there before the stack)" in course.down.err
    assert "what was kept goes with" not in course.down.err
    assert "nothing to do (3 kept)" in course.down_again.err


def test_an_existing_buckets_flag_is_left_on_and_taken_off_when_asked(
    terminal: Terminal, clients: Callable[..., Any]
) -> None:
    s3 = clients("s3", region=REGION)
    s3.create_bucket(Bucket="user-theirs", CreateBucketConfiguration={"LocationConstraint": REGION})

    def flag() -> bool:
        return "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket="user-theirs")

    terminal.stack("user", region=REGION, bucket={"name": "user-theirs", "existing": True})
    assert terminal("up", "--yes").code == 0
    assert flag()
    down = terminal("down", "--yes")
    assert "bucket user-theirs is left as it is and goes on telling EventBridge" in down.err
    assert "s3ecs down --switch-off-events" in down.err
    assert flag()
    off = terminal("down", "--yes", "--switch-off-events")
    assert '      events: "EventBridge" -> "off"' in off.err.splitlines()
    assert off.err.splitlines()[-1] == "bucket user-theirs tells EventBridge no more"
    assert not flag()
    down = terminal("down", "--yes")
    assert "bucket user-theirs is left as it is" in down.err.splitlines()
    s3.delete_bucket(Bucket="user-theirs")
    for down in terminal.side_by_side(("down", "--yes"), ("down", "--yes", "--switch-off-events")):
        assert (down.code, down.err.splitlines()[-2:]) == (0, ["user is down", "there is no bucket user-theirs"])


def test_the_flag_of_the_stacks_own_bucket_is_not_to_be_switched_off(terminal: Terminal) -> None:
    terminal.stack("owner", region=REGION)
    ran = terminal("down", "--yes", "--switch-off-events")
    assert (ran.code, ran.errors) == (
        2,
        ["bucket owner-bucket is the stack's own, so --switch-off-events has nothing to do"],
    )


def test_a_plan_without_trust_conditions_says_what_that_means(terminal: Terminal) -> None:
    terminal.stack("trustful", region=REGION, trust_conditions=False)
    plain, as_json = terminal.side_by_side(("plan",), ("plan", "--json"))
    notes = [line.removeprefix("  ! ") for line in plain.out.splitlines() if line.startswith("  ! ")]
    assert as_json.json["notes"] == notes
    assert notes[0].startswith("trust_conditions: false: ")
