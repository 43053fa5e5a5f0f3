"""Runs and tasks by the hundred are stopped side by side, with their number told, until Ctrl-C is pressed."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from s3ecs.aws.connect import connect
from s3ecs.engine.resource import Found
from s3ecs.errors import Interrupted
from s3ecs.resources import StateMachine, tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.aws.session import Aws

RUNS, TASKS = 200, 80
AT_ONCE = 10
KEYS = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
ROLE = "arn:aws:iam::123456789012:role/any"
DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@pytest.fixture
def told() -> list[str]:
    """What is told while it goes on."""
    return []


@pytest.fixture
def make_aws(told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Aws]]:
    """Stock moto in this process, where a run goes on until it is stopped; ``interrupt`` is heard of at that word."""
    monkeypatch.setenv("S3ECS_SETTLE_SECONDS", "0")

    def make(interrupt: str = "never") -> Aws:
        def tell(what: str, _seconds: float) -> None:
            told.append(what)
            if what == interrupt:
                aws.stop.set()

        aws = connect(region="eu-west-1", keys=KEYS, tell=tell)
        return aws

    with mock_aws():
        yield make


@contextmanager
def only_side_by_side(client: Any, operation: str) -> Iterator[None]:
    """A call of this operation goes through when ten of them are there."""
    gate = threading.Barrier(AT_ONCE)

    def wait(**_: Any) -> None:
        gate.wait(timeout=10)

    event = f"before-call.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register(event, wait)
    try:
        yield
    finally:
        client.meta.events.unregister(event, wait)


def machine_with_runs(aws: Aws) -> Found:
    """A machine of which many runs are under way."""
    made = aws.stepfunctions.create_state_machine(name="many-a", definition=DEFINITION, roleArn=ROLE)
    for _ in range(RUNS):
        aws.stepfunctions.start_execution(stateMachineArn=made["stateMachineArn"])
    return Found("state-machine", "many-a", made["stateMachineArn"])


def under_way(aws: Aws, machine: Found) -> int:
    pages = aws.pages(
        aws.stepfunctions, "list_executions", "executions", stateMachineArn=machine.id, statusFilter="RUNNING"
    )
    return len(list(pages))


def test_runs_are_stopped_side_by_side_and_counted(make_aws: Callable[..., Aws], told: list[str]) -> None:
    aws = make_aws()
    machine = machine_with_runs(aws)
    with only_side_by_side(aws.stepfunctions, "StopExecution"):
        StateMachine.delete(aws, machine, data=False)
    counts = [each.removeprefix("runs of many-a stopped so far: ") for each in told if "so far" in each]
    assert list(map(int, counts)) == sorted(map(int, counts))
    assert (len(counts) > 2, counts[-1]) == (True, str(RUNS))
    assert aws.stepfunctions.list_state_machines()["stateMachines"] == []


def test_ctrl_c_is_heard_between_two_batches_and_the_next_time_goes_on(
    make_aws: Callable[..., Aws], told: list[str]
) -> None:
    aws = make_aws(interrupt="runs of many-a stopped so far: 100")
    machine = machine_with_runs(aws)
    with pytest.raises(Interrupted, match="the runs of many-a to be stopped"):
        StateMachine.delete(aws, machine, data=False)
    assert under_way(aws, machine) == RUNS - 100
    told.clear()
    again = make_aws()
    StateMachine.delete(again, machine, data=False)
    assert f"runs of many-a stopped so far: {RUNS - 100}" in told
    assert again.stepfunctions.list_state_machines()["stateMachines"] == []


def cluster_with_tasks(aws: Aws) -> None:
    """Many tasks of the family many-a in a cluster, and one of another."""
    aws.ecs.create_cluster(clusterName="many")
    containers = [{"name": "main", "image": "i", "memory": 128}]
    subnet = aws.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}}
    for family, count in (("many-a", TASKS), ("other", 1)):
        aws.ecs.register_task_definition(
            family=family, networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=containers
        )
        for _ in range(0, count, 10):  # AWS: ten at once
            aws.ecs.run_task(
                cluster="many",
                taskDefinition=family,
                count=min(count, 10),
                launchType="FARGATE",
                networkConfiguration=network,
            )


def at_work(aws: Aws, family: str) -> int:
    arns = list(aws.pages(aws.ecs, "list_tasks", "taskArns", cluster="many", family=family))
    hundreds = [arns[at : at + 100] for at in range(0, len(arns), 100)]
    found = [each for some in hundreds for each in aws.ecs.describe_tasks(cluster="many", tasks=some)["tasks"]]
    return sum(each["lastStatus"] != "STOPPED" for each in found)


def test_tasks_are_stopped_side_by_side_counted_and_left_on_ctrl_c(
    make_aws: Callable[..., Aws], told: list[str]
) -> None:
    aws = make_aws(interrupt="tasks of many-a stopped so far: 40")
    cluster_with_tasks(aws)
    with only_side_by_side(aws.ecs, "StopTask"), pytest.raises(Interrupted, match="the tasks of many-a to be stopped"):
        tasks.stop_family(aws, "many", "many-a")
    assert at_work(aws, "many-a") == TASKS - 40
    told.clear()
    tasks.stop_family(make_aws(), "many", "many-a")
    assert (at_work(aws, "many-a"), at_work(aws, "other")) == (0, 1)
    assert [each for each in told if "so far" in each]
