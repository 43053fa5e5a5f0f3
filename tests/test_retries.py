"""What a run does about each kind of failure, on machines that really run: one job a case, all under way at once."""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.engine.apply import apply
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import plan
from s3ecs.local import faults, programs
from s3ecs.resources.task_definition import CONTAINER
from s3ecs.runs.run import Run, describe
from s3ecs.runs.task import tasks_of
from s3ecs.spec.model import Bucket, Job, Spec
from s3ecs.spec.words import parse
from s3ecs.stack import definition
from s3ecs.stack.build import build
from tests.connected import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server
    from s3ecs.local.home import Home

STACK = "retrying"
SPOT, DEMAND = "FARGATE_SPOT", "FARGATE"
REGION = "eu-north-1"
NO_CAPACITY = {"error": "ThrottlingException", "message": "Rate exceeded"}
REFUSED = {"error": "ClientException", "message": "TaskDefinition is inactive"}
IN_ANSWER = {"reason": "RESOURCE:ENI", "detail": "no network interface left"}
INTERRUPTED = {"stopCode": "SpotInterruption", "stoppedReason": "Your Spot Task was interrupted."}
NO_NETWORK = {
    "stopCode": "TaskFailedToStart",
    "stoppedReason": "Timeout waiting for network interface provisioning to complete.",
}
NO_IMAGE = {
    "stopCode": "TaskFailedToStart",
    "stoppedReason": "CannotPullContainerError: docker.io/a/b:1: not found",
}
# The program fails as often as its first argument says, counting in the file that the second names.
PROGRAM = """
import pathlib, sys
wanted, noted = int(sys.argv[1]), pathlib.Path(sys.argv[2])
before = len(noted.read_text()) if noted.exists() else 0
noted.write_text("x" * (before + 1))
sys.exit(3 if before < wanted else 0)
"""


@dataclass(frozen=True)
class Case:
    """What happens to a run, and how it is to end after how many tasks; of a job on spot, where each of them ran."""

    tasks: int
    faults: tuple[dict[str, str], ...] = ()
    failures: int = 0
    error: str = ""
    cause: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    argv: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


def on_spot(
    *where: str, faults: tuple[dict[str, str], ...] = (), failures: int = 0, error: str = "", **settings: Any
) -> Case:
    """A case of a job on spot."""
    return Case(len(where), faults, failures, error, settings={"spot": True, **settings}, where=where)


CASES = {
    "throttled-calls-are-waited-out": Case(1, (NO_CAPACITY, NO_CAPACITY)),
    "failures-in-an-answer-are-waited-out": Case(1, (IN_ANSWER,)),
    "an-interrupted-spot-task-goes-round-again": Case(2, (INTERRUPTED,)),
    "trouble-with-the-network-goes-round-again": Case(3, (NO_NETWORK, NO_NETWORK)),
    "nothing-is-waited-out-without-queue-for": Case(
        1, (INTERRUPTED,), error="States.TaskFailed", cause="was interrupted", settings={"queue_for": 0}
    ),
    "a-missing-image-is-not-tried-again": Case(
        1, (NO_IMAGE,), error="States.TaskFailed", cause="CannotPullContainerError", settings={"retries": 2}
    ),
    "a-refused-call-is-not-tried-again": Case(
        0, (REFUSED,), error="ECS.ClientException", cause="TaskDefinition is inactive", settings={"retries": 2}
    ),
    "a-failed-program-fails-the-run": Case(1, failures=1, error="States.TaskFailed", cause='"ExitCode": 3'),
    "a-failed-program-follows-retries": Case(3, failures=2, settings={"retries": 2}),
    "retries-end": Case(2, failures=9, error="States.TaskFailed", cause='"ExitCode": 3', settings={"retries": 1}),
    "interruptions-do-not-count-as-retries": Case(3, (INTERRUPTED,), failures=1, settings={"retries": 1}),
    "a-slow-program-is-timed-out": Case(1, error="States.Timeout", settings={"timeout": 1}, argv=("/bin/sleep", "60")),
    "a-timed-out-program-follows-retries": Case(
        2, error="States.Timeout", settings={"timeout": 1, "retries": 1}, argv=("/bin/sleep", "60")
    ),
    "a-small-object-starts-no-task": Case(0, settings={"min_size": 1000}),
    "an-unversioned-object-has-an-empty-version": Case(
        1, settings={"command": (parse("-z"), parse("{version_id}"))}, argv=("/usr/bin/test",)
    ),
    "spot-is-tried-again": on_spot(SPOT, SPOT, SPOT, faults=(INTERRUPTED, NO_NETWORK)),
    "a-third-interruption-is-enough": on_spot(SPOT, SPOT, SPOT, DEMAND, faults=(INTERRUPTED,) * 3),
    "the-last-retry-is-on-demand": on_spot(SPOT, SPOT, DEMAND, failures=2, retries=2),
    "the-only-try-is-on-spot": on_spot(SPOT, failures=1, error="States.TaskFailed"),
    "half-of-queue-for-is-for-spot": on_spot(DEMAND, faults=(NO_CAPACITY, NO_CAPACITY), queue_for=2),
    "what-has-left-spot-stays-away": on_spot(SPOT, DEMAND, DEMAND, faults=(INTERRUPTED, INTERRUPTED), queue_for=1),
    "no-run-ends-for-want-of-spot": on_spot(DEMAND, faults=(NO_CAPACITY,), queue_for=0),
    "no-run-ends-because-spot-is-taken-away": on_spot(SPOT, DEMAND, faults=(INTERRUPTED,), queue_for=0),
    "on-demand-gives-up-as-ever": on_spot(
        SPOT, DEMAND, faults=(INTERRUPTED, NO_NETWORK), queue_for=0, error="States.TaskFailed"
    ),
    "spot-does-not-mend-a-missing-image": on_spot(SPOT, faults=(NO_IMAGE,), error="States.TaskFailed", retries=2),
}


@pytest.fixture(scope="module")
def runs(home: Home, embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    """The ended run of each case, by its name."""
    counts = tmp_path_factory.mktemp("counts")
    jobs = tuple(Job(name, "docker.io/a/b:1", prefix=(f"{name}/",), **case.settings) for name, case in CASES.items())
    spec = Spec(STACK, Bucket("${account}-retrying"), jobs, folder=Path())
    aws = connected(embedded, REGION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definition, "FIRST_PAUSE", 2)
        patch.setattr(definition, "LONGEST_PAUSE", 2)
        stack = build(spec, aws.environment)
        results = apply(plan(stack, observe(stack, aws.fresh())), aws.fresh(), lambda _: None, threading.Event())
    assert results.ok, results.results
    families = {name: build_name(name) for name in CASES}
    programs.save(
        home,
        STACK,
        {
            families[name]: {
                CONTAINER: programs.Program(
                    case.argv or (sys.executable, "-c", PROGRAM, str(case.failures), str(counts / name)), str(counts)
                )
            }
            for name, case in CASES.items()
        },
    )
    faults.plan(home, {families[name]: case.faults for name, case in CASES.items()})
    arns = {name: start(aws, families[name]) for name in CASES}
    ended = {name: wait_for_end(aws, arn) for name, arn in arns.items()}
    tasks = {name: tasks_of(aws, run) for name, run in ended.items()}
    assert {name: len(found) for name, found in tasks.items()} == {name: case.tasks for name, case in CASES.items()}
    asked = {name: tuple(provider(aws, task) for task in tasks[name]) for name, case in CASES.items() if case.where}
    assert asked == {name: case.where for name, case in CASES.items() if case.where}
    yield ended
    programs.forget(home, STACK)


def build_name(job: str) -> str:
    """The family and machine of a job."""
    from s3ecs.stack.names import JobNames  # noqa: PLC0415

    return JobNames(STACK, REGION, job).machine


def provider(aws: Aws, task: str) -> str:
    """The capacity provider that a task was started with."""
    (found,) = aws.ecs.describe_tasks(cluster=STACK, tasks=[task])["tasks"]
    return str(found["capacityProviderName"])


def start(aws: Aws, machine: str) -> str:
    """Hand a machine the event of an object of 10 bytes, as EventBridge would."""
    event = {
        "source": "aws.s3",
        "region": REGION,
        "time": "2026-01-01T00:00:00Z",
        "detail": {"bucket": {"name": "b"}, "object": {"key": "k", "size": 10, "etag": "e"}},
    }
    arn = aws.environment.arn("states", f"stateMachine:{machine}")
    return str(aws.stepfunctions.start_execution(stateMachineArn=arn, input=json.dumps(event))["executionArn"])


def wait_for_end(aws: Aws, arn: str) -> Run:
    """The run when it has ended."""
    deadline = time.monotonic() + 60
    while (run := describe(aws, arn)).status == "RUNNING":
        assert time.monotonic() < deadline, arn
        time.sleep(0.2)
    return run


@pytest.mark.parametrize("name", CASES)
def test_a_run_ends_as_its_failures_say(name: str, runs: dict[str, Run]) -> None:
    case, run = CASES[name], runs[name]
    assert (run.status, run.error) == ("FAILED" if case.error else "SUCCEEDED", case.error)
    assert case.cause in run.cause
