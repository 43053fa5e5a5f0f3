"""Several containers in a task: who waits for whom, whose end ends what."""

from __future__ import annotations

import dataclasses
import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.local.home import Home
from s3ecs.local.keeping.journal import Journal
from s3ecs.local.keeping.runs import Runs
from s3ecs.local.pipeline.role_sessions import RoleSessions
from s3ecs.local.pipeline.runner import Runner
from s3ecs.local.pipeline.starter import Starter
from s3ecs.local.pipeline.task import Call, Task
from s3ecs.local.programs import Program

from .chain import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from .chain import Pipeline

QUICK = "print('done')"
STAY = "import time; print('up'); time.sleep(60)"
FAIL = "raise SystemExit(3)"


def define(pipeline: Pipeline, *names: str, programs: dict[str, str], **fields: dict[str, Any]) -> None:
    """Register the family with these containers, each with what ``fields`` says of it, and allow the programs."""
    pipeline.allow(**programs)
    logs = {"awslogs-group": f"/{pipeline.name}", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "s3ecs"}
    configuration = {"logDriver": "awslogs", "options": logs}
    pipeline.ecs.register_task_definition(
        family=pipeline.name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        containerDefinitions=[
            {"name": name, "image": f"{name}:1", "logConfiguration": configuration, **fields.get(name, {})}
            for name in names
        ],
    )


def waits_for(name: str, condition: str, **fields: Any) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}], **fields}


def ended(pipeline: Pipeline) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A task of the family once it has stopped, and its containers by name."""
    task = pipeline.stopped(pipeline.run_task()["taskArn"])
    return task, {one["name"]: one for one in task["containers"]}


def lines(pipeline: Pipeline, task: str, container: str) -> list[str]:
    stream = f"s3ecs/{container}/{task.rpartition('/')[2]}"
    found = pipeline.logs.get_log_events(logGroupName=f"/{pipeline.name}", logStreamName=stream, startFromHead=True)
    return [event["message"] for event in found["events"]]


def test_every_container_runs_its_own_program_and_prints_to_its_own_stream(pipeline: Pipeline) -> None:
    source = "import sys; print('{}', *sys.argv[1:])"
    programs = {"main": source.format("main"), "side": source.format("side")}
    fields = {"side": {"command": ["s"], "essential": False}, "main": waits_for("side", "COMPLETE")}
    define(pipeline, "main", "side", programs=programs, **fields)
    task, containers = ended(pipeline)
    assert lines(pipeline, task["taskArn"], "main") == ["main"]
    assert lines(pipeline, task["taskArn"], "side") == ["side s"]
    assert {one["lastStatus"] for one in containers.values()} == {"STOPPED"}
    assert len({one["runtimeId"] for one in containers.values()}) == 2


def test_the_end_of_an_essential_container_ends_the_others(pipeline: Pipeline) -> None:
    define(pipeline, "main", "side", programs={"main": QUICK, "side": STAY})
    task, containers = ended(pipeline)
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert (containers["main"]["exitCode"], containers["side"]["exitCode"]) == (0, 143)
    assert task["startedAt"] <= task["stoppingAt"] <= task["executionStoppedAt"] <= task["stoppedAt"]


def test_the_end_of_another_container_ends_nothing(pipeline: Pipeline) -> None:
    define(pipeline, "side", "main", programs={"main": STAY, "side": FAIL}, side={"essential": False})
    arn = pipeline.run_task()["taskArn"]

    def side() -> dict[str, Any] | None:
        found = {one["name"]: one for one in pipeline.task(arn)["containers"]}
        return found["side"] if "exitCode" in found["side"] else None

    assert (wait_for(side)["exitCode"], wait_for(side)["lastStatus"]) == (3, "STOPPED")
    task = pipeline.task(arn)
    assert (task["lastStatus"], task["desiredStatus"]) == ("RUNNING", "RUNNING")
    pipeline.ecs.stop_task(cluster=pipeline.name, task=arn)
    assert pipeline.stopped(arn)["stopCode"] == "UserInitiated"


def test_a_container_that_ignores_sigterm_is_killed_after_its_own_stop_timeout(pipeline: Pipeline) -> None:
    ready = pipeline.folder / "ready"
    programs = {
        "main": f"import os, time\nwhile not os.path.exists({str(ready)!r}): time.sleep(0.01)",
        "side": f"import signal, time; signal.signal(15, signal.SIG_IGN); open({str(ready)!r}, 'w'); time.sleep(60)",
    }
    define(pipeline, "main", "side", programs=programs, side={"stopTimeout": 2})
    task, containers = ended(pipeline)
    assert (containers["main"]["exitCode"], containers["side"]["exitCode"]) == (0, 137)
    assert task["stoppedReason"] == "Essential container in task exited"


def test_a_container_that_waits_for_success_starts_after_it(pipeline: Pipeline) -> None:
    path = pipeline.folder / "made"
    programs = {"make": f"open({str(path)!r}, 'w').write('it')", "main": f"print(open({str(path)!r}).read())"}
    define(pipeline, "main", "make", programs=programs, make={"essential": False}, main=waits_for("make", "SUCCESS"))
    task, containers = ended(pipeline)
    assert lines(pipeline, task["taskArn"], "main") == ["it"]
    assert {one["exitCode"] for one in containers.values()} == {0}


def test_a_container_whose_wait_for_success_is_in_vain_fails_to_start(pipeline: Pipeline) -> None:
    programs = {"make": FAIL, "main": QUICK, "side": STAY}
    fields = {"make": {"essential": False}, "main": waits_for("make", "SUCCESS")}
    define(pipeline, "main", "make", "side", programs=programs, **fields)
    task, containers = ended(pipeline)
    assert task["stopCode"] == "TaskFailedToStart"
    assert "did not exit successfully" in containers["main"]["reason"]
    assert "startedAt" not in task
    assert ("exitCode" in containers["main"], containers["make"]["exitCode"]) == (False, 3)
    assert containers["side"]["exitCode"] == 143


def test_health_is_not_waited_for_where_there_is_no_image_to_ask(pipeline: Pipeline) -> None:
    check = {"healthCheck": {"command": ["CMD-SHELL", "exit 1"]}}
    define(
        pipeline, "main", "side", programs={"main": QUICK, "side": STAY}, side=check, main=waits_for("side", "HEALTHY")
    )
    task, containers = ended(pipeline)
    assert containers["main"]["exitCode"] == 0
    assert containers["side"]["healthStatus"] == task["healthStatus"] == "UNKNOWN"


def test_a_container_without_a_program_is_left_out_and_says_so(pipeline: Pipeline) -> None:
    fields = {"side": {"essential": False}, "main": waits_for("side", "SUCCESS")}
    define(pipeline, "main", "side", programs={"main": QUICK}, **fields)
    task, containers = ended(pipeline)
    assert (task["stopCode"], containers["main"]["exitCode"]) == ("EssentialContainerExited", 0)
    assert containers["side"]["reason"] == "CannotPullContainerError: no program stands in for the image side:1"
    assert not {"exitCode", "runtimeId"} & containers["side"].keys()


def test_one_container_that_cannot_start_ends_those_that_have(pipeline: Pipeline) -> None:
    define(
        pipeline,
        "main",
        "side",
        programs={"main": QUICK, "side": STAY},
        main=waits_for("side", "START", command=["\0"]),
    )
    task, containers = ended(pipeline)
    assert task["stopCode"] == "TaskFailedToStart"
    assert containers["main"]["reason"].startswith("CannotStartContainerError: ")
    assert containers["side"]["exitCode"] == 143


@pytest.mark.parametrize(("first", "status"), [(QUICK, "SUCCEEDED"), (FAIL, "FAILED")])
def test_a_run_ends_as_the_essential_container_that_ended_first(pipeline: Pipeline, first: str, status: str) -> None:
    define(pipeline, "main", "side", programs={"main": first, "side": STAY})
    found = pipeline.ended(pipeline.execute(pipeline.machine()))
    assert found["status"] == status
    task = json.loads(found["output"] if status == "SUCCEEDED" else found["cause"])
    assert [one["Name"] for one in task["Containers"]] == ["main", "side"]


def test_each_change_of_a_task_s_statuses_is_told_once_and_in_order(tmp_path: Path) -> None:
    told: list[tuple[str, str, int]] = []
    definition = SimpleNamespace(container_definitions=[{"name": "main", "image": "i"}])
    fields = {field.name: None for field in dataclasses.fields(Call)}
    program = Program((sys.executable, "-c", "pass"), str(tmp_path))
    given: dict[str, Any] = {
        "definition": definition,
        "overrides": {},
        "programs": {"main": program},
        "cluster": SimpleNamespace(arn="arn:aws:ecs:r:1:cluster/c"),
        "tell": lambda task: told.append((task.last_status, task.desired_status, task.version)),
    }
    task = Task(Call(**{**fields, **given}), "1", "eu-central-1")
    runs = Runs(Journal(tmp_path / "journal"))
    Runner(1, Starter(Home(tmp_path).make(), "", RoleSessions(), runs, print), runs).submit(task)
    assert task.stopped.wait(20)
    assert told == [
        ("PROVISIONING", "RUNNING", 1),
        ("PENDING", "RUNNING", 2),
        ("RUNNING", "RUNNING", 3),
        ("RUNNING", "STOPPED", 4),
        ("DEPROVISIONING", "STOPPED", 5),
        ("STOPPED", "STOPPED", 6),
    ]


def test_a_task_that_is_stopped_starts_nothing_more(pipeline: Pipeline) -> None:
    programs = {"main": STAY, "side": STAY, "late": QUICK}
    fields = {"side": {"essential": False}, "late": waits_for("side", "COMPLETE", essential=False)}
    define(pipeline, "main", "side", "late", programs=programs, **fields)
    arn = pipeline.run_task()["taskArn"]
    wait_for(lambda: lines(pipeline, arn, "main") and lines(pipeline, arn, "side"))
    assert pipeline.task(arn)["lastStatus"] == "PENDING"  # AWS: it runs once all of its containers do
    pipeline.ecs.stop_task(cluster=pipeline.name, task=arn)
    containers = {one["name"]: one for one in pipeline.stopped(arn)["containers"]}
    assert containers["side"]["exitCode"] == 143
    assert not {"exitCode", "runtimeId"} & containers["late"].keys()
