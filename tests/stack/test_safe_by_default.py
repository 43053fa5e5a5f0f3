"""What is built without a word from the spec is closed, encrypted and runs without privileges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs import spec as specs
from s3ecs.engine.resource import Ids, Observed
from s3ecs.resources import Bucket, LogGroup, Queue, SecurityGroup, StateMachine, TaskDefinition
from s3ecs.resources.key import Key
from s3ecs.spec.model import Bucket as SpecBucket
from s3ecs.spec.model import ManagedNetwork, Network, Sidecar
from s3ecs.stack.build import build

from .jobs import HERE, job, spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.engine.resource import Resource
    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec

ROOT = Path(__file__).resolve().parents[2]
SPECS: dict[str, Spec] = {
    **{path.name: specs.load(path) for path in sorted((ROOT / "config").glob("*.yaml"))},
    "a sidecar": spec(job(sidecars=(Sidecar(name="proxy", image="proxy:1"),))),
    "hardened": spec(job(hardened=True)),
    "no NAT": spec(network=Network(managed=ManagedNetwork(nat_gateways=0))),
    "two NATs": spec(network=Network(managed=ManagedNetwork(nat_gateways=2))),
    "private": spec(network=Network(public_ip=False)),
}


@pytest.fixture(params=list(SPECS.values()), ids=list(SPECS))
def stack(request: pytest.FixtureRequest) -> Stack:
    return build(request.param, HERE)


def desired(stack: Stack, kind: type[Resource]) -> Iterator[Any]:
    return (each.desired(Ids({})) for each in stack.resources if isinstance(each, kind))


def keys(thing: Any) -> Iterator[str]:
    """Every key in a document, however deep."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield str(key)
            yield from keys(value)
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from keys(each)


def test_queues_are_encrypted(stack: Stack) -> None:
    assert all(each["encryption"] == "SSE-SQS" for each in desired(stack, Queue))


def test_buckets_are_closed_and_encrypted(stack: Stack) -> None:
    for each in desired(stack, Bucket):
        assert (each["public_access"], each["tls_only"], each["ownership"]) == ("blocked", True, "BucketOwnerEnforced")
        assert each["encryption"] == "AES256" or each["encryption"]["algorithm"] == "aws:kms"


def test_every_log_group_has_the_key_that_the_spec_names() -> None:
    jobs = (job("one"), job("two", log_group="/batch/shared"), job("three", log_group="/batch/shared"))
    both = build(spec(*jobs, log_kms_key="alias/a", bucket=SpecBucket("b", kms_key="alias/a")), HERE)
    (key,) = (each for each in both.resources if isinstance(each, Key))  # one, although it is named twice
    seen = Ids({key.key: Observed("arn", {}, None)})
    groups = {each.name: each.desired(seen)["kms_key"] for each in both.resources if isinstance(each, LogGroup)}
    assert groups == dict.fromkeys(
        ("/aws/vendedlogs/states/s3ecs/go-batch", "/s3ecs/go-batch/one", "/batch/shared"), "arn"
    )


def test_nothing_comes_in(stack: Stack) -> None:
    assert all(each["inbound"] == [] for each in desired(stack, SecurityGroup))
    assert all("portMappings" not in set(keys(each)) for each in desired(stack, TaskDefinition))


def test_no_container_is_privileged(stack: Stack) -> None:
    for each in desired(stack, TaskDefinition):
        assert not {"privileged", "add", "pidMode", "ipcMode", "user"} & set(keys(each["containerDefinitions"]))
        assert {"pidMode", "ipcMode"}.isdisjoint(each)
        assert (each["networkMode"], each["requiresCompatibilities"]) == ("awsvpc", ["FARGATE"])


def test_runs_log_no_data(stack: Stack) -> None:
    assert all(
        each["logging"] == {**each["logging"], "level": "ERROR", "data": False} for each in desired(stack, StateMachine)
    )


@pytest.mark.parametrize(
    ("network", "public"),
    [
        (Network(), True),
        (Network(public_ip=False), False),
        (Network(managed=ManagedNetwork(nat_gateways=0)), True),
        (Network(managed=ManagedNetwork(nat_gateways=1)), False),
    ],
)
def test_a_public_ip_is_where_no_other_way_out_is_and_the_plan_says_so(network: Network, *, public: bool) -> None:
    stack = build(spec(network=network), HERE)
    (machine,) = desired(stack, StateMachine)
    awsvpc = machine["definition"]["States"]["Run"]["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert awsvpc["AssignPublicIp"] == ("ENABLED" if public else "DISABLED")
    assert any("public IP" in note for note in stack.notes) == public
