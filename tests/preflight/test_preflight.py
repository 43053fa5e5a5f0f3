"""A look ahead: what a stack relies on is there, or told not to be, and what may not be asked for is skipped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs import preflight
from s3ecs.preflight import Verdict, images, quotas, routes, trust
from s3ecs.spec.model import Network, Secret, Sidecar

from .looking import REGION, answered, denied, look, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.aws.session import Aws

ECS = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def vpc(aws: Aws) -> Iterator[Callable[[], tuple[str, str, str]]]:
    """Makes a VPC with one subnet and a route table of its own: their ids."""

    def make() -> tuple[str, str, str]:
        vpc = aws.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        table = aws.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        aws.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return vpc, subnet, table

    return make  # type: ignore[return-value]


def test_the_default_network_leads_out(aws: Aws) -> None:
    assert verdicts(routes.check(look(aws))) == [(Verdict.OK, "")]


def test_a_subnet_without_a_way_is_seen_and_stops(aws: Aws, vpc: Callable[[], tuple[str, str, str]]) -> None:
    _, subnet, _ = vpc()
    (found,) = routes.check(look(aws, Network(subnets=(subnet,))))
    assert (found.verdict, found.stops) == (Verdict.NOT_OK, True)
    assert found.why == f"{subnet}: no route to the internet and no endpoint for ecr.api, ecr.dkr, logs, s3"
    assert found.hint


def test_an_internet_gateway_serves_public_addresses_only(aws: Aws, vpc: Callable[[], tuple[str, str, str]]) -> None:
    of, subnet, table = vpc()
    gateway = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=of)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert routes.check(look(aws, Network(subnets=(subnet,))))[0].verdict is Verdict.OK
    assert routes.check(look(aws, Network(subnets=(subnet,), public_ip=False)))[0].verdict is Verdict.NOT_OK


@pytest.mark.parametrize(
    ("route", "leads_out"),
    [
        ({"GatewayId": "vpce-0123456789abcdef0", "State": "active"}, True),  # a firewall's endpoint
        ({"TransitGatewayId": "tgw-0123456789abcdef0", "State": "active"}, True),
        ({"NatGatewayId": "nat-0123456789abcdef0", "State": "blackhole"}, False),
    ],
)
def test_whatever_all_is_sent_to_is_a_way(
    aws: Aws, vpc: Callable[[], tuple[str, str, str]], route: dict[str, str], *, leads_out: bool
) -> None:
    of, subnet, _ = vpc()
    table = {"VpcId": of, "RouteTableId": "rtb-1", "Associations": [{"SubnetId": subnet}]}
    routed = {"RouteTables": [{**table, "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", **route}]}]}
    with answered(aws.ec2, "DescribeRouteTables", routed):
        (found,) = routes.check(look(aws, Network(subnets=(subnet,), public_ip=False)))
    assert (found.verdict is Verdict.OK) is leads_out


def test_endpoints_for_all_that_a_task_needs_are_a_way(aws: Aws, vpc: Callable[[], tuple[str, str, str]]) -> None:
    of, subnet, table = vpc()
    network = Network(subnets=(subnet,), public_ip=False)
    secrets = {"TOKEN": Secret(parameter="/ahead/token")}

    def endpoint(service: str, **how: Any) -> None:
        aws.ec2.create_vpc_endpoint(VpcId=of, ServiceName=f"com.amazonaws.{REGION}.{service}", **how)

    for service in ("ecr.api", "ecr.dkr", "logs"):
        endpoint(service, VpcEndpointType="Interface", SubnetIds=[subnet])
    (found,) = routes.check(look(aws, network, secrets=secrets))
    assert found.why.endswith("no endpoint for s3, ssm")
    endpoint("s3", VpcEndpointType="Gateway", RouteTableIds=[table])
    assert routes.check(look(aws, network))[0].verdict is Verdict.OK
    (found,) = routes.check(look(aws, network, sidecars=(Sidecar("proxy", "docker.io/library/a:1"),)))
    assert found.why.endswith("no endpoint for the registry of docker.io/library/a:1")


def test_what_may_not_be_asked_is_skipped(aws: Aws) -> None:
    with denied(aws.ec2, "DescribeRouteTables"):
        assert verdicts(routes.check(look(aws))) == [(Verdict.SKIPPED, "may not ask (AccessDenied)")]
    with denied(aws.iam, "GetAccountSummary"):
        found = quotas.check(look(aws))
    assert (Verdict.SKIPPED, "may not ask (AccessDenied)") in verdicts(found)


def test_an_image_is_looked_for_where_it_should_be(aws: Aws) -> None:
    ecr = aws.client("ecr")
    assert verdicts(images.check(look(aws))) == [(Verdict.NOT_OK, "there is no repository ahead")]
    ecr.create_repository(repositoryName="ahead")
    assert verdicts(images.check(look(aws))) == [(Verdict.NOT_OK, "the repository holds no 1")]
    index = {
        "schemaVersion": 2,
        "mediaType": images.MANIFESTS[0],
        "manifests": [
            {
                "mediaType": images.MANIFESTS[2],
                "digest": f"sha256:{'0' * 64}",
                "size": 1,
                "platform": {"architecture": "amd64", "os": "linux"},
            }
        ],
    }
    ecr.put_image(repositoryName="ahead", imageTag="1", imageManifest=json.dumps(index))
    assert verdicts(images.check(look(aws))) == [(Verdict.OK, "")]
    found = images.check(look(aws, architecture="arm64"))
    assert verdicts(found) == [(Verdict.NOT_OK, "it is for linux on amd64, not on arm64")]
    elsewhere = images.check(look(aws, image="public.ecr.aws/a/b:1"))
    assert verdicts(elsewhere) == [(Verdict.SKIPPED, "its registry is not ECR of this region")]


def test_a_role_that_tasks_may_not_take_is_told(aws: Aws) -> None:
    for name, statement in (
        ("ahead-can", ECS),
        ("ahead-cannot", ECS | {"Principal": {"Service": "ec2.amazonaws.com"}}),
    ):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    found = trust.check(look(aws, task_role="ahead-can", execution_role="ahead-cannot"))
    assert {each.what: each.verdict for each in found} == {
        "role ahead-can": Verdict.OK,
        "role ahead-cannot": Verdict.NOT_OK,
    }


def test_room_is_counted_with_what_the_stack_still_lacks(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"source": ["aws.s3"], "detail": {"object": {"key": [{"wildcard": "in/*.csv"}]}}}
    aws.events.put_rule(Name="theirs", EventPattern=json.dumps(theirs))
    found = {each.what: each for each in quotas.check(look(aws, prefix=("a/",), suffix=(".b",)))}
    aws.events.delete_rule(Name="theirs")
    assert found["IAM roles"].verdict is Verdict.OK
    assert found["IAM roles"].why.endswith("4 more wanted")
    assert found["rules with a wildcard"].why == "1 of 30 used, 1 more wanted"
    monkeypatch.setitem(quotas.FEW_RULES, REGION, 0)
    found = {each.what: each for each in quotas.check(look(aws))}
    assert found["rules of the default event bus"].verdict is Verdict.NOT_OK


def test_what_is_given_and_not_there_is_told_for_each(aws: Aws) -> None:
    nowhere = Network(subnets=("subnet-0123456789abcdef0",))
    secrets = {"TOKEN": Secret(parameter="/ahead/nothing")}
    found = preflight.find(look(aws, nowhere, task_role="ahead-nobody", secrets=secrets))
    given = {each.what: each.verdict for each in found if each.group == "given"}
    absent = ("parameter /ahead/nothing", "network tasks", "role ahead-nobody")
    assert given == dict.fromkeys(absent, Verdict.NOT_OK)
