"""The parts of a stack's own network: what AWS does not do at once, and where subnets stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3ecs.engine.plan import Action
from s3ecs.errors import CallFailed, UsageError, WaitTimedOut
from s3ecs.resources import nat_gateway, network_part
from s3ecs.resources.zones import Zones

from .scene import answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene

CREATING = [
    ("subnet", "CreateSubnet", "InvalidVpcID.NotFound"),
    ("nat-gateway", "CreateNatGateway", "InvalidSubnetID.NotFound"),
    ("nat-gateway", "CreateNatGateway", "InvalidAllocationID.NotFound"),
    ("route-table", "CreateRouteTable", "InvalidVpcID.NotFound"),
    ("vpc-endpoint", "CreateVpcEndpoint", "InvalidRouteTableID.NotFound"),
]
COMPLETING = [
    ("vpc", "ModifyVpcAttribute", "InvalidVpcID.NotFound"),
    ("internet-gateway", "AttachInternetGateway", "InvalidInternetGatewayID.NotFound"),
    ("route-table", "CreateRoute", "InvalidNatGatewayID.NotFound"),
    ("route-table", "AssociateRouteTable", "InvalidSubnetID.NotFound"),
]
DELETING = [
    ("vpc", "DeleteVpc", "DependencyViolation"),
    ("subnet", "DeleteSubnet", "DependencyViolation"),
    ("internet-gateway", "DetachInternetGateway", "DependencyViolation"),
    ("elastic-ip", "ReleaseAddress", "InvalidIPAddress.InUse"),
    ("elastic-ip", "ReleaseAddress", "AuthFailure"),
    ("route-table", "DeleteRouteTable", "DependencyViolation"),
]
GONE = [
    ("vpc", "DeleteVpc", "InvalidVpcID.NotFound"),
    ("internet-gateway", "DetachInternetGateway", "Gateway.NotAttached"),
    ("route-table", "DisassociateRouteTable", "InvalidAssociationID.NotFound"),
    ("nat-gateway", "DeleteNatGateway", "NatGatewayNotFound"),
]
ZONE = {"State": "available", "ZoneType": "availability-zone"}


@pytest.mark.parametrize(("kind", "operation", "code"), CREATING + COMPLETING)
def test_what_is_not_seen_yet_is_waited_for(
    kind: str, operation: str, code: str, scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene(kind, f"unseen-{operation}-{code[7:-9]}".lower())
    planned = subject.plan()
    hurried.clear()
    with answering(subject.aws.ec2, operation, code, times=2) as answered:
        subject.carry_out(planned)
    assert answered == [code, code]
    assert f"AWS to show what the new {subject.subject.title} needs" in hurried
    assert subject.step().action is Action.NONE
    subject.delete()


@pytest.mark.usefixtures("hurried")
def test_what_is_never_seen_is_told_as_aws_said_it(
    scene: Callable[[str, str], Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = scene("subnet", "nowhere")
    planned = subject.desired
    monkeypatch.setattr(network_part, "SEEN_WITHIN", 0.0)
    with (
        answering(subject.aws.ec2, "CreateSubnet", "InvalidVpcID.NotFound", times=10**6),
        pytest.raises(ClientError, match=r"InvalidVpcID\.NotFound"),
    ):
        subject.subject.create(subject.aws, planned)


@pytest.mark.parametrize(("kind", "operation", "code"), DELETING)
def test_what_is_still_in_use_is_waited_out(
    kind: str, operation: str, code: str, scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene(kind, f"used-{kind}-{code}".lower().replace(".", "-"))
    subject.up()
    with answering(subject.aws.ec2, operation, code, times=2) as answered:
        subject.delete()
    assert answered == [code, code]
    assert f"{kind.replace('-', ' ')} {subject.name} to be free" in hurried
    assert subject.read() is None


@pytest.mark.parametrize(("kind", "operation", "code"), GONE)
@pytest.mark.usefixtures("hurried")
def test_what_went_meanwhile_is_gone(kind: str, operation: str, code: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"went-{kind}")
    subject.up()
    with answering(subject.aws.ec2, operation, code) as answered:
        subject.delete()
    assert answered == [code]


def _nat(scene: Scene, **changed: Any) -> dict[str, Any]:
    """What EC2 says of the NAT gateway, but for what is ``changed``."""
    (found,) = scene.aws.ec2.describe_nat_gateways(NatGatewayIds=[scene.seen().id])["NatGateways"]
    return {"NatGateways": [{**found, **changed}]}


def test_a_nat_gateway_that_is_still_being_made_is_a_change_and_waited_for(
    scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene("nat-gateway", "pending")
    subject.up()
    pending = _nat(subject, State="pending")
    with answering(subject.aws.ec2, "DescribeNatGateways", "", http=200, **pending):
        step = subject.step()
    assert [(change.setting, change.observed) for change in step.changes] == [("state", "pending")]
    with answering(subject.aws.ec2, "DescribeNatGateways", "", http=200, times=3, **pending) as asked:
        subject.subject.update(subject.aws, subject.desired, frozenset({"state"}))
    assert len(asked) == 3
    assert f"NAT gateway {subject.name} to be available" in hurried


def test_a_nat_gateway_that_could_not_be_made_is_told_with_awss_reason_and_is_none(
    scene: Callable[[str, str], Scene],
) -> None:
    subject = scene("nat-gateway", "failed")
    subject.up()
    reason = {"FailureCode": "Resource.AlreadyAssociated", "FailureMessage": "the address is in use"}
    failed = _nat(subject, State="failed", **reason)
    subject.delete()
    with (
        answering(subject.aws.ec2, "DescribeNatGateways", "", http=200, **failed),
        pytest.raises(CallFailed, match="CreateNatGateway: the address is in use") as error,
    ):
        subject.subject.create(subject.aws, subject.desired)
    assert error.value.code == "Resource.AlreadyAssociated"
    with answering(subject.aws.ec2, "DescribeNatGateways", "", http=200, times=2, **failed):
        assert subject.read() is None


def test_a_nat_gateway_is_gone_when_aws_says_so_and_not_before(
    scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene("nat-gateway", "leaving")
    subject.up()
    found = subject.subject.as_found(subject.seen())
    deleting = _nat(subject, State="deleting")
    with answering(subject.aws.ec2, "DescribeNatGateways", "", http=200, times=3, **deleting) as asked:
        type(subject.subject).delete(subject.aws, found, data=False)
    assert len(asked) == 3
    assert f"NAT gateway {found.id} to be deleted" in hurried


@pytest.mark.usefixtures("hurried")
def test_a_nat_gateway_stays_while_tasks_are_behind_it(
    scene: Callable[[str, str], Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = scene("route-table", "busy")
    table.up()
    (nat,) = (each for each in table.subject.needs() if each.kind == "nat-gateway")
    seen = nat.read(table.aws.fresh())
    assert seen is not None
    interfaces = {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]}
    monkeypatch.setattr(nat_gateway, "FREE_WITHIN", 0.0)
    with (
        answering(table.aws.ec2, "DescribeNetworkInterfaces", "", http=200, times=10**6, **interfaces),
        pytest.raises(WaitTimedOut, match="the tasks behind NAT gateway nat-"),
    ):
        type(nat).delete(table.aws, nat.as_found(seen), data=False)
    assert nat.read(table.aws.fresh()) is not None
    monkeypatch.setattr(nat_gateway, "FREE_WITHIN", 600.0)
    with answering(table.aws.ec2, "DescribeNetworkInterfaces", "", http=200, times=2, **interfaces) as asked:
        type(nat).delete(table.aws, nat.as_found(seen), data=False)
    assert len(asked) == 2
    assert nat.read(table.aws.fresh()) is None


def test_a_nat_gateway_that_no_subnet_uses_any_more_waits_for_no_task(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("nat-gateway", "unused")
    subject.up()
    interfaces = {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]}
    with answering(subject.aws.ec2, "DescribeNetworkInterfaces", "", http=200, times=10**6, **interfaces) as asked:
        subject.delete()
    assert asked == []
    assert subject.read() is None


def test_an_endpoint_that_aws_keeps_in_an_answer_of_200_is_a_failure(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("vpc-endpoint", "kept")
    subject.up()
    refused = {"ResourceId": subject.seen().id, "Error": {"Code": "InvalidState", "Message": "not now"}}
    with (
        answering(subject.aws.ec2, "DeleteVpcEndpoints", "", http=200, Unsuccessful=[refused]),
        pytest.raises(CallFailed, match="DeleteVpcEndpoints: InvalidState: not now"),
    ):
        subject.delete()


def _zones(scene: Scene) -> Zones:
    (zones,) = (each for each in scene.subject.needs() if isinstance(each, Zones))
    return zones


def _zone(name: str, zone_id: str = "x-az1") -> dict[str, str]:
    return {"ZoneName": name, "ZoneId": zone_id, **ZONE}


def test_the_first_two_zones_with_fargate_are_chosen(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("subnet", "chosen")
    listed = [_zone("c"), _zone("b"), _zone("a", "use1-az3"), _zone("d")]
    with answering(subject.aws.ec2, "DescribeAvailabilityZones", "", http=200, AvailabilityZones=listed):
        assert _zones(subject).read(subject.aws.fresh()).props == {"a": "b", "b": "c"}


def test_a_zone_where_a_subnet_stands_is_kept_and_the_other_is_another(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("subnet", "stands")
    subject.up()  # its zone is the second of the region
    listed = [_zone("eu-north-1b"), _zone("eu-north-1c")]
    assert subject.seen().props["zone"] == "eu-north-1b"
    with answering(subject.aws.ec2, "DescribeAvailabilityZones", "", http=200, AvailabilityZones=listed):
        assert _zones(subject).read(subject.aws.fresh()).props == {"a": "eu-north-1c", "b": "eu-north-1b"}


def test_a_region_with_one_zone_is_told(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("subnet", "single")
    with (
        answering(subject.aws.ec2, "DescribeAvailabilityZones", "", http=200, AvailabilityZones=[_zone("a")]),
        pytest.raises(UsageError, match="has 1 availability zones with Fargate"),
    ):
        _zones(subject).read(subject.aws.fresh())
