"""Events of executions and tasks on the default bus."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from .chain import ROLE, wait_for

if TYPE_CHECKING:
    from .chain import Pipeline

WAIT = {"Type": "Wait", "Seconds": 60, "End": True}


def queue_of(pipeline: Pipeline, **pattern: Any) -> str:
    """The URL of a queue that gets the events."""
    url, queue = pipeline.queue()
    pipeline.rule(pattern, {"Arn": queue})
    return url


def of_machine(pipeline: Pipeline, arn: str) -> str:
    return queue_of(pipeline, source=["aws.states"], detail={"stateMachineArn": [arn]})


def collected(pipeline: Pipeline, url: str, last: str, field: str = "status") -> list[dict[str, Any]]:
    """The events up to the one whose detail says ``last``."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        found.extend(json.loads(message["Body"]) for message in pipeline.messages(url))
        return any(event["detail"][field] == last for event in found)

    wait_for(look)
    return found


def test_a_run_that_succeeds_is_told_of_twice(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Pass", "Result": {"a": 1}, "End": True}})
    url = of_machine(pipeline, arn)
    execution = pipeline.execute(arn, {"b": 2})
    described = pipeline.ended(execution)
    began, ended = collected(pipeline, url, "SUCCEEDED")
    assert began["detail-type"] == "Step Functions Execution Status Change"
    assert (began["source"], began["resources"], began["region"]) == ("aws.states", [execution], "eu-central-1")
    assert began["detail"] == {
        "executionArn": execution,
        "stateMachineArn": arn,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": described["name"],
        "status": "RUNNING",
        "startDate": int(described["startDate"].timestamp() * 1000),
        "stopDate": None,
        "input": '{"b": 2}',
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": None,
        "error": None,
        "cause": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is RUNNING and cannot be redriven",
    }
    assert (ended["detail"]["status"], ended["detail"]["output"]) == ("SUCCEEDED", '{"a":1}')
    assert ended["detail"]["stopDate"] == int(described["stopDate"].timestamp() * 1000)
    assert ended["id"] != began["id"]


@pytest.mark.parametrize(
    ("states", "top", "status", "error"),
    [
        ({"No": {"Type": "Fail", "Error": "E", "Cause": "c"}}, {}, "FAILED", "E"),
        ({"Long": WAIT}, {"TimeoutSeconds": 1}, "TIMED_OUT", None),
        ({"Long": WAIT}, {}, "ABORTED", "enough"),
    ],
)
def test_every_other_end_is_told_with_its_error(
    pipeline: Pipeline, states: dict[str, Any], top: dict[str, Any], status: str, error: str | None
) -> None:
    definition = json.dumps({"StartAt": next(iter(states)), "States": states, **top})
    arn = pipeline.states.create_state_machine(name=pipeline.name, roleArn=ROLE, definition=definition)[
        "stateMachineArn"
    ]
    url = of_machine(pipeline, arn)
    execution = pipeline.execute(arn)
    if status == "ABORTED":
        pipeline.states.stop_execution(executionArn=execution, error="enough")
    [began, ended] = collected(pipeline, url, status)
    assert began["detail"]["status"] == "RUNNING"
    assert ended["detail"]["redriveStatus"] == "REDRIVABLE"
    assert ended["detail"]["error"] == error


def test_an_input_that_is_too_large_for_an_event_is_left_out(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Pass", "Result": "small", "End": True}})
    url = of_machine(pipeline, arn)
    pipeline.ended(pipeline.execute(arn, "x" * 255_000))
    for event in collected(pipeline, url, "SUCCEEDED"):
        assert event["detail"]["input"] is None
        assert event["detail"]["inputDetails"] == {"included": False}


def test_express_machines_have_no_events(pipeline: Pipeline) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    made = pipeline.states.create_state_machine(
        name=pipeline.name, roleArn=ROLE, definition=definition, type="EXPRESS"
    )["stateMachineArn"]
    other = pipeline.machine({"A": {"Type": "Succeed"}})
    url = queue_of(pipeline, source=["aws.states"], detail={"stateMachineArn": [made, other]})
    pipeline.ended(pipeline.execute(made))
    pipeline.ended(pipeline.execute(other))
    assert {event["detail"]["stateMachineArn"] for event in collected(pipeline, url, "SUCCEEDED")} == {other}


def test_every_change_of_a_task_is_told_in_order(pipeline: Pipeline) -> None:
    pipeline.program("raise SystemExit(7)")
    cluster = pipeline.ecs.describe_clusters(clusters=[pipeline.name])["clusters"][0]["clusterArn"]
    url = queue_of(pipeline, source=["aws.ecs"], detail={"clusterArn": [cluster]})
    task = pipeline.stopped(pipeline.run_task(tags=[{"key": "a", "value": "b"}])["taskArn"])
    events = collected(pipeline, url, "STOPPED", "lastStatus")
    assert {event["detail-type"] for event in events} == {"ECS Task State Change"}
    assert {tuple(event["resources"]) for event in events} == {(task["taskArn"],)}
    details = [event["detail"] for event in events]
    assert [(detail["lastStatus"], detail["desiredStatus"]) for detail in details] == [
        ("PROVISIONING", "RUNNING"),
        ("PENDING", "RUNNING"),
        ("RUNNING", "RUNNING"),
        ("RUNNING", "STOPPED"),
        ("DEPROVISIONING", "STOPPED"),
        ("STOPPED", "STOPPED"),
    ]
    assert [detail["version"] for detail in details] == [1, 2, 3, 4, 5, 6]
    last = details[-1]
    assert (last["stopCode"], last["containers"][0]["exitCode"]) == ("EssentialContainerExited", 7)
    assert last["group"] == f"family:{pipeline.name}"
    assert "tags" not in last
    for moment in ("createdAt", "startedAt", "stoppedAt", "updatedAt"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", last[moment])
    assert datetime.fromisoformat(last["stoppedAt"]).timestamp() == pytest.approx(
        task["stoppedAt"].timestamp(), abs=0.002
    )


def test_a_machine_that_its_own_tasks_start_comes_to_an_end(pipeline: Pipeline) -> None:
    pipeline.program("pass")
    state = pipeline.task_state()
    state["Parameters"]["Overrides"] = {"ContainerOverrides": []}
    arn = pipeline.machine({"Run": state})
    pattern = {"group": [f"family:{pipeline.name}"], "lastStatus": ["STOPPED"]}
    pipeline.rule({"source": ["aws.ecs"], "detail": pattern}, {"Arn": arn, "RoleArn": ROLE})
    pipeline.execute(arn)
    wait_for(lambda: _says(pipeline, f":task/{pipeline.name}/", "lead to themselves"))
    assert len(pipeline.executions(arn)) == 5


def test_a_machine_that_is_started_by_its_own_events_comes_to_an_end(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [arn], "status": ["SUCCEEDED"]}}
    pipeline.rule(pattern, {"Arn": arn, "RoleArn": ROLE})
    pipeline.execute(arn)

    wait_for(lambda: _says(pipeline, arn.rpartition(":")[2], "lead to themselves"))
    assert len(pipeline.executions(arn)) == 5


def _says(pipeline: Pipeline, *words: str) -> bool:
    """Whether a line of the server's log has all of the words."""
    lines = pipeline.home.log.read_text(encoding="utf-8").splitlines()
    return any(all(word in line for word in words) for line in lines)
