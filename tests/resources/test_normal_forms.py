"""What AWS says in other words than we do, and moto does not, is no change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.errors import UsageError
from s3ecs.resources.network import Network
from s3ecs.resources.security_group import ALL_OUT, _outbound
from s3ecs.resources.task_definition import _container

from .scene import answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws

    from .scene import Scene

EMPTY: dict[str, Any] = {"UserIdGroupPairs": [], "PrefixListIds": []}
FOUR = [{"CidrIp": "0.0.0.0/0"}]
SIX = [{"CidrIpv6": "::/0"}]


@pytest.mark.parametrize(
    "permissions",
    [
        [{"IpProtocol": "-1", "IpRanges": FOUR, "Ipv6Ranges": [], **EMPTY}],
        [{"IpProtocol": "-1", "IpRanges": FOUR, "Ipv6Ranges": SIX, **EMPTY}],
        [
            {"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": SIX, **EMPTY},
            {"IpProtocol": "-1", "IpRanges": FOUR, "Ipv6Ranges": [], **EMPTY},
        ],
    ],
)
def test_all_out_is_all_out_with_and_without_ipv6(permissions: list[dict[str, Any]]) -> None:
    assert _outbound(permissions) == [ALL_OUT]


def test_one_way_out_by_ipv6_is_a_change() -> None:
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [], "Ipv6Ranges": SIX, **EMPTY}
    assert _outbound([https]) == [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": SIX}]


def test_what_aws_fills_in_for_a_container_is_no_change(scene: Callable[[str, str], Scene]) -> None:
    wanted, proxy = scene("task-definition", "filled").desired["containerDefinitions"]
    environment = [{"name": name, "value": value} for name, value in wanted["environment"].items()]
    filled_in = {"cpu": 0, "portMappings": [], "mountPoints": [], "volumesFrom": [], "systemControls": []}
    log = {**wanted["logConfiguration"], "secretOptions": []}
    linux = wanted["linuxParameters"]
    deep = {**linux, "capabilities": {**linux["capabilities"], "add": []}, "devices": []}
    told = {**wanted, **filled_in, "environment": environment, "logConfiguration": log, "linuxParameters": deep}
    assert _container({**told, "secrets": []}) == wanted
    assert _container({**proxy, "environment": [], "linuxParameters": deep}) == proxy


def _subnet(name: str, zone: str, vpc: str = "vpc-1") -> dict[str, str]:
    return {"SubnetId": name, "AvailabilityZoneId": zone, "VpcId": vpc}


def test_default_subnets_in_zones_without_fargate_are_left_out(aws: Aws) -> None:
    subnets = [_subnet("subnet-b", "use1-az1"), _subnet("subnet-c", "use1-az3"), _subnet("subnet-a", "use1-az2")]
    with answering(aws.ec2, "DescribeSubnets", "", http=200, Subnets=subnets):
        assert Network(name="tasks").read(aws.fresh()).props["subnets"] == ["subnet-a", "subnet-b"]


def test_named_subnets_are_taken_as_they_are(aws: Aws) -> None:
    with answering(aws.ec2, "DescribeSubnets", "", http=200, Subnets=[_subnet("subnet-c", "use1-az3")]):
        assert Network(name="tasks", subnets=("subnet-c",)).read(aws.fresh()).props["subnets"] == ["subnet-c"]


@pytest.mark.parametrize("subnets", [[], [_subnet("a", "x", "vpc-1"), _subnet("b", "y", "vpc-2")]])
def test_no_vpc_and_two_of_them_are_told(subnets: list[dict[str, str]], aws: Aws) -> None:
    with answering(aws.ec2, "DescribeSubnets", "", http=200, Subnets=subnets), pytest.raises(UsageError):
        Network(name="tasks").read(aws.fresh())


def test_days_that_the_account_sets_for_all_groups_are_no_change(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("log-group", "kept")
    subject.up()
    ours = {"logGroupName": subject.name, "retentionInDays": 3653, "retentionPolicyName": "ten-years"}
    with answering(subject.aws.logs, "DescribeLogGroups", "", http=200, logGroups=[ours]):
        assert subject.seen().props == subject.desired
