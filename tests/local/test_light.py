"""What moto loads less of: nobody notices but by the time it takes."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

from s3ecs.local import light

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_many_want_at_once_is_loaded_once() -> None:
    loaded: list[str] = []
    all_want_it = threading.Barrier(8)

    def load(name: str) -> str:
        threading.Event().wait(0.05)
        loaded.append(name)
        return name.upper()

    kept = light.once(load)

    def ask(_: int) -> Any:
        all_want_it.wait()
        return kept("model")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"MODEL"}
    assert loaded == ["model"]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_every_region_is_known_in_which_the_sdk_knows_the_service(partition: str) -> None:
    sdk = Session()
    known = light.regions(sdk.get_data("partitions")["partitions"])
    for service in ("events", "stepfunctions", "ecs", "sqs", "logs"):
        assert set(sdk.get_available_regions(service, partition)) <= set(known(sdk, service, partition))


@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1"])
def test_every_partition_is_served(clients: Callable[..., Any], region: str) -> None:
    assert clients("sqs", region).list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert {each["RegionName"] for each in clients("ec2", region).describe_regions()["Regions"]} >= {"eu-central-1"}


def test_policies_of_aws_are_there_to_be_attached(clients: Callable[..., Any]) -> None:
    iam = clients("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="light", AssumeRolePolicyDocument=document)
    name = "AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName="light", PolicyArn=f"arn:aws:iam::aws:policy/service-role/{name}")
    attached = iam.list_attached_role_policies(RoleName="light")["AttachedPolicies"]
    assert [each["PolicyName"] for each in attached] == [name]


def test_the_keys_of_a_role_are_those_of_its_account(clients: Callable[..., Any]) -> None:
    sts = clients("sts")
    account = sts.get_caller_identity()["Account"]
    assumed = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/any", RoleSessionName="light")
    assert assumed["AssumedRoleUser"]["Arn"].split(":")[4] == account
