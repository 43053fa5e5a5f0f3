"""What bears one name twice, or elsewhere than it should: no lost answer makes it, and the next up prunes it."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from s3ecs.engine.apply import apply
from s3ecs.errors import NotOurs
from s3ecs.resources import ec2
from s3ecs.resources.owned import STACK_TAG
from s3ecs.spec.model import Network
from tests.connected import connected

from .resources.scene import answering
from .test_managed_network import PARTS, made, of_stack, spec, where_tasks_run
from .test_whole_stack import Account, writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.control import Server

REGION = "ap-northeast-3"
CREATES = {
    "CreateVpc": ec2.VPC,
    "CreateSubnet": ec2.SUBNET,
    "CreateInternetGateway": ec2.INTERNET_GATEWAY,
    "AllocateAddress": ec2.ELASTIC_IP,
    "CreateNatGateway": ec2.NAT_GATEWAY,
    "CreateRouteTable": ec2.ROUTE_TABLE,
    "CreateVpcEndpoint": ec2.VPC_ENDPOINT,
}


@pytest.fixture(scope="module")
def account(embedded: Server) -> Account:
    return Account(connected(embedded, REGION))


@contextmanager
def answer_lost(client: Any, operation: str) -> Iterator[list[str]]:
    """The next call of ``operation`` is carried out, and its answer does not arrive."""
    lost_answers: list[str] = []

    def send(request: Any, **_: Any) -> None:
        if not lost_answers:
            lost_answers.append(operation)
            client._endpoint.http_session.send(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    event = f"before-send.ec2.{operation}"
    client.meta.events.register(event, send)
    try:
        yield lost_answers
    finally:
        client.meta.events.unregister(event, send)


def twin_vpc(account: Account, name: str, *, older: bool) -> str:
    """One more VPC with the stack's tags, whose id comes before that of the stack's own, or after it."""
    (own,) = of_stack(account, ec2.VPC, name)
    tags = [{"ResourceType": "vpc", "Tags": own["Tags"]}]
    while True:  # ids are random
        made_id: str = account.aws.ec2.create_vpc(CidrBlock=own["CidrBlock"], TagSpecifications=tags)["Vpc"]["VpcId"]
        if (made_id < own["VpcId"]) == older:
            return made_id
        account.aws.ec2.delete_vpc(VpcId=made_id)


def tagged(sort: ec2.Sort, name: str, part: str) -> list[dict[str, Any]]:
    return ec2.tagging(sort, {STACK_TAG: name, ec2.NAME_TAG: f"{name}-{part}"})


def fill(account: Account, name: str, vpc: str) -> None:
    """A network of the stack's names in ``vpc``, as another run would have begun it."""
    client = account.aws.ec2
    subnet = client.create_subnet(
        VpcId=vpc, CidrBlock="10.42.0.0/18", TagSpecifications=tagged(ec2.SUBNET, name, "public-a")
    )["Subnet"]["SubnetId"]
    internet = client.create_internet_gateway(TagSpecifications=tagged(ec2.INTERNET_GATEWAY, name, "internet"))
    gateway = internet["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = client.allocate_address(Domain="vpc", TagSpecifications=tagged(ec2.ELASTIC_IP, name, "nat-a"))
    client.create_nat_gateway(
        SubnetId=subnet,
        AllocationId=address["AllocationId"],
        TagSpecifications=tagged(ec2.NAT_GATEWAY, name, "nat-a"),
    )
    table = client.create_route_table(VpcId=vpc, TagSpecifications=tagged(ec2.ROUTE_TABLE, name, "public"))
    client.associate_route_table(RouteTableId=table["RouteTable"]["RouteTableId"], SubnetId=subnet)
    client.create_security_group(
        GroupName=f"{name}-network-tasks",
        Description="-",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": STACK_TAG, "Value": name}]}],
    )


FILLED = {
    "vpc": 1,
    "subnet": 1,
    "internet-gateway": 1,
    "elastic-ip": 1,
    "nat-gateway": 1,
    "route-table": 1,
    "security-group": 1,
}


@dataclass(frozen=True)
class Lost:
    """A network that was made while of each kind the first answer was lost: what was called, and what came of it."""

    answers: list[str]
    calls: list[str]
    there: dict[str, list[str]]
    second: list[str]


@pytest.fixture(scope="module")
def lost(account: Account) -> Lost:
    one = spec("lost")
    with ExitStack() as stack:
        answers = [stack.enter_context(answer_lost(account.aws.ec2, operation)) for operation in CREATES]
        calls = stack.enter_context(account.calls())
        assert made(account.up(one)) == PARTS
    there = {name: [ec2.name_of(each) for each in of_stack(account, kind, "lost")] for name, kind in CREATES.items()}
    found = Lost(list(chain(*answers)), list(calls), there, account.up(one))
    account.down(one, delete_data=True)
    return found


@pytest.mark.parametrize("operation", CREATES)
def test_a_lost_answer_makes_no_twin(lost: Lost, operation: str) -> None:
    assert lost.answers.count(operation) == 1
    names = lost.there[operation]
    assert len(names) == len(set(names)) == lost.calls.count(operation)


def test_after_lost_answers_a_second_up_has_nothing_to_do(lost: Lost) -> None:
    assert lost.second == []


def test_a_gateway_that_an_interrupted_run_left_unattached_is_taken(account: Account) -> None:
    one = spec("broken-off")
    planned = account.planned(account.stack(one))
    with answering(account.aws.ec2, "AttachInternetGateway", "UnauthorizedOperation"):
        results = apply(planned, account.aws.fresh(), lambda _: None, threading.Event())
    assert not results.ok
    (before,) = of_stack(account, ec2.INTERNET_GATEWAY, "broken-off")
    assert before["Attachments"] == []

    assert "update internet-gateway/broken-off-internet" in account.up(one)
    (after,) = of_stack(account, ec2.INTERNET_GATEWAY, "broken-off")
    assert after["InternetGatewayId"] == before["InternetGatewayId"]
    assert account.up(one) == []


def test_a_younger_twin_is_pruned_with_all_that_is_in_it_and_nothing_else_is_touched(account: Account) -> None:
    one = spec("twinned")
    account.up(one)
    before = account.listing()
    fill(account, "twinned", twin_vpc(account, "twinned", older=False))

    done = account.up(one)
    assert made(done, "delete") == FILLED
    assert len(done) == sum(FILLED.values())
    assert account.listing() == before
    assert account.up(one) == []


def test_of_twins_the_older_is_kept_and_the_network_moves_there(account: Account) -> None:
    one = spec("outlived")
    account.up(one)
    older = twin_vpc(account, "outlived", older=True)
    fill(account, "outlived", older)

    account.up(one)
    assert [each["VpcId"] for each in of_stack(account, ec2.VPC, "outlived")] == [older]
    for sort in (ec2.SUBNET, ec2.NAT_GATEWAY, ec2.ROUTE_TABLE, ec2.VPC_ENDPOINT):
        assert {each["VpcId"] for each in of_stack(account, sort, "outlived")} == {older}
    assert len(of_stack(account, ec2.ELASTIC_IP, "outlived")) == 1
    standing = {each["SubnetId"] for each in of_stack(account, ec2.SUBNET, "outlived")}
    assert standing > set(where_tasks_run(account, "outlived")["Subnets"])
    assert account.up(one) == []


def test_down_takes_twins_too(account: Account) -> None:
    before, one = account.listing(), spec("downed")
    account.up(one)
    fill(account, "downed", twin_vpc(account, "downed", older=False))
    account.down(one, delete_data=True)
    assert account.listing() == before


def test_another_range_is_a_new_network_and_the_former_goes_after_it(account: Account) -> None:
    account.up(spec("moved"))
    (former,) = of_stack(account, ec2.VPC, "moved")
    moved = spec("moved", cidr="172.20.0.0/26")
    with account.calls() as calls:
        done = account.up(moved)
    assert made(done) == made(done, "delete") == PARTS
    assert calls.index("UpdateStateMachine") < calls.index("DeleteNatGateway") < calls.index("DeleteVpc")
    (vpc,) = of_stack(account, ec2.VPC, "moved")
    assert vpc["VpcId"] != former["VpcId"]
    assert account.up(moved) == []


def test_from_managed_to_default_and_back(account: Account) -> None:
    one, before = spec("turned"), account.listing()
    account.up(one)
    default = replace(one, network=Network())
    assert made(account.up(default), "delete") == PARTS
    assert where_tasks_run(account, "turned")["AssignPublicIp"] == "ENABLED"
    assert account.up(default) == []
    done = account.up(one)
    assert made(done) == PARTS
    assert made(done, "delete") == {"security-group": 1}
    assert account.up(one) == []
    account.down(one, delete_data=True)
    assert account.listing() == before


def test_a_strangers_network_of_our_names_is_named_and_nothing_is_written(account: Account) -> None:
    client = account.aws.ec2
    theirs = {STACK_TAG: "another"}
    vpc = client.create_vpc(
        CidrBlock="10.0.0.0/16", TagSpecifications=ec2.tagging(ec2.VPC, theirs | {ec2.NAME_TAG: "claimed-vpc"})
    )["Vpc"]["VpcId"]
    client.create_route_table(
        VpcId=vpc, TagSpecifications=ec2.tagging(ec2.ROUTE_TABLE, {ec2.NAME_TAG: "claimed-public"})
    )
    for stack in (account.stack(spec("claimed")), account.stack(spec("claimed")).emptied()):
        with account.calls() as calls, pytest.raises(NotOurs) as refusal:
            account.planned(stack)
        assert sorted(refusal.value.names) == ["route-table/claimed-public", "vpc/claimed-vpc"]
        assert writes(calls) == []


def test_a_stack_without_a_network_of_its_own_looks_for_one_with_one_call(account: Account) -> None:
    one = replace(spec("plain"), network=Network())
    account.up(one)
    with account.calls() as calls:
        assert account.up(one) == []
    of_networks = {"DescribeVpcs", "DescribeInternetGateways", "DescribeAddresses", "DescribeNatGateways"}
    assert not of_networks & set(calls)
    assert calls.count("DescribeTags") == 1
