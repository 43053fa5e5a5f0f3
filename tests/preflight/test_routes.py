"""The ways out of the tasks' subnets: seen in whatever form a route has, and told where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.preflight import Verdict, routes
from s3ecs.spec.model import Network, Secret, Sidecar

from .looking import REGION, answered, look, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws


@pytest.fixture
def vpc(aws: Aws) -> Callable[[], tuple[str, str, str]]:
    """Makes a VPC with one subnet and a route table of its own: their ids."""

    def make() -> tuple[str, str, str]:
        vpc = aws.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        table = aws.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        aws.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return vpc, subnet, table

    return make


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


EVERYWHERE, EVERYWHERE_IN_SIX = {"DestinationCidrBlock": "0.0.0.0/0"}, {"DestinationIpv6CidrBlock": "::/0"}
HALVES = {"DestinationCidrBlock": "0.0.0.0/1"}, {"DestinationCidrBlock": "128.0.0.0/1"}
LISTED = {"DestinationPrefixListId": "pl-0123456789abcdef0"}
NAT = {"NatGatewayId": "nat-0123456789abcdef0", "State": "active"}
INTERNET = {"GatewayId": "igw-0123456789abcdef0", "State": "active"}
FIREWALL = {"GatewayId": "vpce-0123456789abcdef0", "State": "active"}
TRANSIT = {"TransitGatewayId": "tgw-0123456789abcdef0", "State": "active"}
GONE = {"State": "blackhole"}
LOCAL = {"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "local", "State": "active"}


@pytest.mark.parametrize(
    ("written", "leads_out"),
    [
        ([EVERYWHERE | FIREWALL], True),
        ([EVERYWHERE | TRANSIT], True),
        ([EVERYWHERE | NAT | GONE], False),
        ([HALVES[0] | NAT, LOCAL, HALVES[1] | TRANSIT], True),
        ([HALVES[0] | NAT], False),
        ([HALVES[0] | NAT, HALVES[1] | NAT | GONE], False),
        ([HALVES[0] | NAT, HALVES[1] | INTERNET], False),  # without a public address
        ([LISTED | TRANSIT], True),
        ([LISTED | FIREWALL], True),
        ([LISTED | INTERNET], False),
        ([LISTED | NAT | GONE], False),
        ([EVERYWHERE_IN_SIX | NAT], False),  # in a subnet without addresses of IPv6
        ([LOCAL], False),
    ],
)
def test_whatever_all_is_sent_to_is_a_way(
    aws: Aws, vpc: Callable[[], tuple[str, str, str]], written: list[dict[str, str]], *, leads_out: bool
) -> None:
    of, subnet, _ = vpc()
    table = {"VpcId": of, "RouteTableId": "rtb-1", "Associations": [{"SubnetId": subnet}]}
    with answered(aws.ec2, "DescribeRouteTables", {"RouteTables": [{**table, "Routes": written}]}):
        (found,) = routes.check(look(aws, Network(subnets=(subnet,), public_ip=False)))
    assert (found.verdict is Verdict.OK) is leads_out


@pytest.mark.parametrize("six", [False, True])
def test_a_route_of_ipv6_is_a_way_only_where_tasks_have_such_an_address(aws: Aws, *, six: bool) -> None:
    of = aws.ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    (block,) = of["Ipv6CidrBlockAssociationSet"]
    addresses = {"Ipv6CidrBlock": block["Ipv6CidrBlock"].replace("/56", "/64")} if six else {}
    made = aws.ec2.create_subnet(VpcId=of["VpcId"], CidrBlock="10.9.1.0/24", **addresses)["Subnet"]
    associations = [{"SubnetId": made["SubnetId"]}]
    table = {"VpcId": of["VpcId"], "RouteTableId": "rtb-1", "Associations": associations}
    routed = {"RouteTables": [{**table, "Routes": [EVERYWHERE_IN_SIX | INTERNET]}]}
    with answered(aws.ec2, "DescribeRouteTables", routed):
        (found,) = routes.check(look(aws, Network(subnets=(made["SubnetId"],))))
    assert (found.verdict is Verdict.OK) is six


def test_the_route_of_a_gateway_endpoint_leads_to_its_service_alone(
    aws: Aws, vpc: Callable[[], tuple[str, str, str]]
) -> None:
    of, subnet, table = vpc()
    how = {"VpcEndpointType": "Gateway", "RouteTableIds": [table]}
    aws.ec2.create_vpc_endpoint(VpcId=of, ServiceName=f"com.amazonaws.{REGION}.s3", **how)
    (written,) = aws.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert any("DestinationPrefixListId" in each for each in written["Routes"])
    (found,) = routes.check(look(aws, Network(subnets=(subnet,))))
    assert found.why.endswith("no endpoint for ecr.api, ecr.dkr, logs")


@pytest.mark.parametrize("begins", ["com.amazonaws", "cn.com.amazonaws"])
def test_an_endpoint_is_known_by_what_stands_behind_the_region(
    aws: Aws, vpc: Callable[[], tuple[str, str, str]], begins: str
) -> None:
    """In China the names of some begin as elsewhere, and those of others with cn."""
    of, subnet, _ = vpc()
    each = {"VpcId": of, "VpcEndpointType": "Interface", "State": "available"}
    names = (f"{begins}.{REGION}.ecr.api", f"{begins}.{REGION}.ecr.dkr", f"com.amazonaws.{REGION}.s3")
    found = [{**each, "VpcEndpointId": f"vpce-{at}", "ServiceName": name} for at, name in enumerate(names)]
    with answered(aws.ec2, "DescribeVpcEndpoints", {"VpcEndpoints": found}):
        (lacking,) = routes.check(look(aws, Network(subnets=(subnet,))))
    assert lacking.why.endswith("no endpoint for logs")


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
