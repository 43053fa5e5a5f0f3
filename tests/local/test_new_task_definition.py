"""What RegisterTaskDefinition refuses as AWS does, and that moto itself still takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .chain import Pipeline

FARGATE = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
ONE = {"name": "main", "image": "i"}


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The ECS of an unmended moto, in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("ecs", region_name="eu-central-1")


def waiting(name: str, *others: tuple[str, str], **fields: Any) -> dict[str, Any]:
    """A container that waits for others."""
    depends = [{"containerName": other, "condition": condition} for other, condition in others]
    return {"name": name, "image": "i", "dependsOn": depends, **fields}


def register(ecs: Any, family: str, containers: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    asked = {name: value for name, value in {**FARGATE, **fields}.items() if value is not None}
    answer = ecs.register_task_definition(family=family, containerDefinitions=containers or [ONE], **asked)
    return dict(answer["taskDefinition"])


SIZE = "No Fargate configuration exists for given values: "
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "memory too small": ({"cpu": "1024", "memory": "1024"}, SIZE + "1024 CPU, 1024 memory"),
    "no such cpu": ({"cpu": "300"}, SIZE + "300 CPU, 512 memory"),
    "memory between two steps": ({"cpu": "8192", "memory": "17408"}, SIZE + "8192 CPU, 17408 memory"),
    "no cpu": ({"cpu": None}, "'cpu' be defined at the task level"),
    "no memory": ({"memory": None, "containers": [ONE | {"memory": 128}]}, "'memory' be defined at the task level"),
    "a cpu that is none": ({"cpu": "much"}, "Invalid 'cpu' setting"),
    "network mode": ({"networkMode": "bridge"}, "only supports network mode"),
    "too many containers": ({"containers": [ONE | {"name": f"c{n}"} for n in range(11)]}, "at most 10"),
    "a name twice": ({"containers": [ONE, ONE]}, "must be unique"),
    "none essential": ({"containers": [ONE | {"essential": False}]}, "at least one essential"),
    "waits for nobody": ({"containers": [waiting("main", ("gone", "START"))]}, "depends on 'gone'"),
    "unknown condition": ({"containers": [ONE, waiting("b", ("main", "SOON"))]}, "unknown condition, SOON"),
    "health without a check": ({"containers": [ONE, waiting("b", ("main", "HEALTHY"))]}, "has no healthCheck"),
    "the end of an essential one": ({"containers": [ONE, waiting("b", ("main", "SUCCESS"))]}, "which is essential"),
    "a circle": ({"containers": [waiting("a", ("b", "START")), waiting("b", ("a", "START"))]}, "in a circle"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_aws_cannot_run_is_not_registered(pipeline: Pipeline, case: str) -> None:
    fields, message = REFUSED[case]
    with pytest.raises(ClientError, match=message) as refused:
        register(pipeline.ecs, pipeline.name, **fields)
    assert refused.value.response["Error"]["Code"] == "ClientException"


@pytest.mark.parametrize("case", REFUSED)
def test_moto_still_registers_it(stock: Any, case: str) -> None:
    register(stock, "family", **REFUSED[case][0])


@pytest.mark.parametrize(
    ("cpu", "memory", "kept"),
    [
        ("256", "2048", ("256", "2048")),
        ("16384", "122880", ("16384", "122880")),
        ("1 vCPU", "2 GB", ("1024", "2048")),
        ("0.25 vCPU", "0.5GB", ("256", "512")),
    ],
)
def test_a_size_that_fargate_has_is_registered(
    pipeline: Pipeline, cpu: str, memory: str, kept: tuple[str, str]
) -> None:
    found = register(pipeline.ecs, pipeline.name, cpu=cpu, memory=memory)
    assert (found["cpu"], found["memory"]) == kept


def test_a_definition_that_is_not_for_fargate_may_have_any_size(pipeline: Pipeline) -> None:
    containers = [ONE | {"memory": 100}]
    found = pipeline.ecs.register_task_definition(family=pipeline.name, containerDefinitions=containers)
    assert found["taskDefinition"]["revision"] == 1


def test_containers_may_wait_for_each_other_in_a_line(pipeline: Pipeline) -> None:
    check = {"healthCheck": {"command": ["CMD", "true"]}}
    containers = [ONE | check, waiting("b", ("main", "HEALTHY")), waiting("c", ("b", "START"), ("main", "START"))]
    assert len(register(pipeline.ecs, pipeline.name, containers)["containerDefinitions"]) == 3
