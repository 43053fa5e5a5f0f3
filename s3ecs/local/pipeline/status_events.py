"""Events of executions and tasks on the default bus whenever their status changes.

They are sent by a thread of their own, in the order of the changes, so that what they tell of never waits for them, and
only where a rule asks for their source.

A rule that starts a machine upon such an event makes new executions, which have events too. AWS goes round for ever;
here it ends with a line in the log after a few rounds.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3ecs.local.backends import Place
from s3ecs.local.later import Clock
from s3ecs.local.pipeline import bus, executions, rounds

if TYPE_CHECKING:
    from s3ecs.local.pipeline.task import Task

_ROUNDS = 4  # how many times an event may lead to an event
_TOLD = 248 * 1024  # AWS: bytes of input and output that an event carries
_log = logging.getLogger(__name__)
_clock = Clock()


def execution_changed(execution: Any) -> None:
    """The execution has begun or ended."""
    place = Place(execution.account_id, execution.region_name)
    # AWS: executions of express machines have no events.
    if execution.state_machine.type == "EXPRESS" or not bus.is_wanted(place, "aws.states"):
        return
    event = bus.event_of(
        place, "aws.states", "Step Functions Execution Status Change", execution.exec_arn, _execution(execution)
    )
    _send(place, event, rounds.of_execution(execution.name))


def task_changed(task: Task) -> None:
    """The task has another lastStatus or desiredStatus."""
    place = Place(task.account, task.region)
    if not bus.is_wanted(place, "aws.ecs"):
        return
    told = {name: value for name, value in task.described().items() if name != "tags"}
    detail = as_text(told | {"updatedAt": datetime.now(UTC)})
    _send(place, bus.event_of(place, "aws.ecs", "ECS Task State Change", task.arn, detail), task.round)


def _send(place: Place, event: dict[str, Any], number: int) -> None:
    if number >= _ROUNDS:
        _log.warning("%s: its events lead to themselves, this one is not sent", event["resources"][0])
        return
    rounds.note(event["id"], number + 1)
    _clock.after(0, lambda: bus.send(place, event))


def _execution(execution: Any) -> dict[str, Any]:
    status: str = execution.status
    given, output = execution.execution_input, executions.output_of(execution)
    with_output = output is None or len(output.encode()) <= _TOLD
    with_input = len(given.encode()) + (len(output.encode()) if output and with_output else 0) <= _TOLD
    ended = status != "RUNNING"
    can_be_redriven = status in {"FAILED", "TIMED_OUT", "ABORTED"}
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": execution.name,
        "status": status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date) if ended else None,
        "input": given if with_input else None,
        "inputDetails": {"included": with_input},
        "output": output if with_output else None,
        "outputDetails": {"included": with_output} if output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "REDRIVABLE" if can_be_redriven else "NOT_REDRIVABLE",
        "redriveStatusReason": None if can_be_redriven else f"Execution is {status} and cannot be redriven",
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def as_text(value: Any) -> Any:
    """The value with its times as events write them: ``2026-01-31T12:00:00.123Z``."""
    if isinstance(value, dict):
        return {name: as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return value
