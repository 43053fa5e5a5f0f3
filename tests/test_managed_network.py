"""A network of the stack's own on the embedded AWS: made, mended, moved, pruned of twins, taken away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.resources import ec2
from s3ecs.spec.model import ManagedNetwork, Network
from tests.connected import connected

from . import test_whole_stack as whole
from .test_whole_stack import Account, writes

if TYPE_CHECKING:
    from s3ecs.local.control import Server
    from s3ecs.spec.model import Spec

REGION = "ap-southeast-2"
PARTS = {
    "vpc": 1,
    "subnet": 4,
    "internet-gateway": 1,
    "elastic-ip": 1,
    "nat-gateway": 1,
    "route-table": 3,
    "vpc-endpoint": 1,
    "security-group": 1,
}


@pytest.fixture(scope="module")
def account(embedded: Server) -> Account:
    return Account(connected(embedded, REGION))


def spec(name: str, **managed: Any) -> Spec:
    return replace(whole.spec(name), network=Network(managed=ManagedNetwork(**managed)))


def made(done: list[str], action: str = "create") -> dict[str, int]:
    """How many of each kind of a network were made, or deleted."""
    kinds = [line.split()[1].partition("/")[0] for line in done if line.startswith(f"{action} ")]
    return {kind: kinds.count(kind) for kind in PARTS if kind in kinds}


def of_stack(account: Account, sort: ec2.Sort, name: str) -> list[dict[str, Any]]:
    return [each for each in ec2.of_stack(account.aws.fresh(), sort, name) if whole.alive(each)]


def where_tasks_run(account: Account, name: str) -> dict[str, Any]:
    """What the machine says of the network."""
    arn = account.aws.environment.arn("states", f"stateMachine:{name}-convert")
    definition = json.loads(account.aws.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"])
    found: dict[str, Any] = definition["States"]["Run"]["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    return found


def test_up_makes_a_network_and_a_second_up_makes_no_write_and_down_leaves_nothing(account: Account) -> None:
    before = account.listing()
    one = spec("own")
    assert made(account.up(one)) == PARTS
    with account.calls() as calls:
        assert account.up(one) == []
    assert writes(calls) == []
    assert made(account.down(one, delete_data=True), "delete") == PARTS
    assert account.listing() == before
    assert account.down(one, delete_data=True) == []


def test_tasks_run_in_the_private_subnets_behind_the_nat_gateway(account: Account) -> None:
    account.up(spec("behind"))
    subnets = {ec2.name_of(each): each for each in of_stack(account, ec2.SUBNET, "behind")}
    assert {name: each["CidrBlock"] for name, each in subnets.items()} == {
        "behind-public-a": "10.42.0.0/18",
        "behind-public-b": "10.42.64.0/18",
        "behind-private-a": "10.42.128.0/18",
        "behind-private-b": "10.42.192.0/18",
    }
    zones = {each["AvailabilityZone"] for each in subnets.values()}
    assert zones == {f"{REGION}a", f"{REGION}b"}
    (group,) = account.aws.ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["behind-network-tasks"]}]
    )["SecurityGroups"]
    assert where_tasks_run(account, "behind") == {
        "Subnets": [subnets[f"behind-private-{zone}"]["SubnetId"] for zone in "ab"],
        "SecurityGroups": [group["GroupId"]],
        "AssignPublicIp": "DISABLED",
    }
    (vpc,) = of_stack(account, ec2.VPC, "behind")
    assert group["VpcId"] == vpc["VpcId"]
    (nat,) = of_stack(account, ec2.NAT_GATEWAY, "behind")
    assert nat["SubnetId"] == subnets["behind-public-a"]["SubnetId"]
    tables = {ec2.name_of(each): each for each in of_stack(account, ec2.ROUTE_TABLE, "behind")}
    for zone in "ab":
        (association,) = tables[f"behind-private-{zone}"]["Associations"]
        assert association["SubnetId"] == subnets[f"behind-private-{zone}"]["SubnetId"]
        ways = [each.get("NatGatewayId") for each in tables[f"behind-private-{zone}"]["Routes"]]
        assert nat["NatGatewayId"] in ways
    (endpoint,) = of_stack(account, ec2.VPC_ENDPOINT, "behind")
    assert set(endpoint["RouteTableIds"]) == {each["RouteTableId"] for each in tables.values()}


def test_without_a_nat_gateway_tasks_run_in_the_public_subnets(account: Account) -> None:
    done = made(account.up(spec("openly", nat_gateways=0)))
    needless = {"elastic-ip", "nat-gateway"}
    assert done == {
        kind: number for kind, number in (PARTS | {"subnet": 2, "route-table": 1}).items() if kind not in needless
    }
    subnets = {ec2.name_of(each): each["SubnetId"] for each in of_stack(account, ec2.SUBNET, "openly")}
    found = where_tasks_run(account, "openly")
    assert (found["Subnets"], found["AssignPublicIp"]) == (list(subnets.values()), "ENABLED")
    assert list(subnets) == ["openly-public-a", "openly-public-b"]


def test_another_number_of_nat_gateways_changes_only_what_it_concerns(account: Account) -> None:
    account.up(spec("counted", nat_gateways=0))
    (vpc,) = of_stack(account, ec2.VPC, "counted")
    public = where_tasks_run(account, "counted")
    assert public["AssignPublicIp"] == "ENABLED"

    account.up(spec("counted", nat_gateways=2))
    nats = {each["NatGatewayId"]: each["SubnetId"] for each in of_stack(account, ec2.NAT_GATEWAY, "counted")}
    assert sorted(nats.values()) == sorted(public["Subnets"])
    assert where_tasks_run(account, "counted")["AssignPublicIp"] == "DISABLED"

    done = account.up(spec("counted", nat_gateways=1))
    assert done == [
        "update route-table/counted-private-b",
        "delete nat-gateway/counted-nat-b",
        "delete elastic-ip/counted-nat-b",
    ]
    account.up(spec("counted", nat_gateways=0))
    assert where_tasks_run(account, "counted") == public
    assert of_stack(account, ec2.NAT_GATEWAY, "counted") == of_stack(account, ec2.ELASTIC_IP, "counted") == []
    assert [each["VpcId"] for each in of_stack(account, ec2.VPC, "counted")] == [vpc["VpcId"]]


def test_what_somebody_took_away_is_put_back(account: Account) -> None:
    one, client = spec("mended"), account.aws.ec2
    account.up(one)
    (nat,) = of_stack(account, ec2.NAT_GATEWAY, "mended")
    client.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    (internet,) = of_stack(account, ec2.INTERNET_GATEWAY, "mended")
    vpc = internet["Attachments"][0]["VpcId"]
    client.detach_internet_gateway(InternetGatewayId=internet["InternetGatewayId"], VpcId=vpc)

    assert account.up(one) == [
        "update internet-gateway/mended-internet",
        "create nat-gateway/mended-nat-a",
        "update route-table/mended-private-a",
        "update route-table/mended-private-b",
    ]
    assert account.up(one) == []


def test_a_route_and_an_association_of_others_in_our_table_are_drift(account: Account) -> None:
    one, client = spec("strayed"), account.aws.ec2
    account.up(one)
    tables = {ec2.name_of(each): each["RouteTableId"] for each in of_stack(account, ec2.ROUTE_TABLE, "strayed")}
    (internet,) = of_stack(account, ec2.INTERNET_GATEWAY, "strayed")
    way = {"GatewayId": internet["InternetGatewayId"]}
    client.create_route(RouteTableId=tables["strayed-private-a"], DestinationCidrBlock="203.0.113.0/24", **way)
    client.replace_route(RouteTableId=tables["strayed-private-b"], DestinationCidrBlock="0.0.0.0/0", **way)
    (vpc,) = of_stack(account, ec2.VPC, "strayed")
    other = client.create_route_table(VpcId=vpc["VpcId"])["RouteTable"]["RouteTableId"]
    subnets = {ec2.name_of(each): each["SubnetId"] for each in of_stack(account, ec2.SUBNET, "strayed")}
    (association,) = client.describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [subnets["strayed-private-a"]]}]
    )["RouteTables"][0]["Associations"]
    which = {"AssociationId": association["RouteTableAssociationId"]}
    client.replace_route_table_association(**which, RouteTableId=other)
    client.associate_vpc_cidr_block(VpcId=vpc["VpcId"], CidrBlock="10.43.0.0/16")
    theirs = client.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.43.0.0/16")["Subnet"]["SubnetId"]
    client.associate_route_table(RouteTableId=tables["strayed-public"], SubnetId=theirs)

    done = account.up(one)
    assert sorted(done) == [f"update route-table/strayed-{part}" for part in ("private-a", "private-b", "public")]
    assert account.up(one) == []
    assert client.describe_route_tables(RouteTableIds=[other])["RouteTables"][0]["Associations"] == []
