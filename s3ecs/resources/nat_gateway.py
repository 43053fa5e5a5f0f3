"""An EC2 NAT gateway: the way out for tasks without an address of their own."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws import grant
from s3ecs.errors import CallFailed
from s3ecs.resources import ec2
from s3ecs.resources.elastic_ip import ElasticIp  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.network_part import FREE_WITHIN, NetworkPart
from s3ecs.resources.subnet import Subnet  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props

# AWS: it is made in one to three minutes and deleted in about as many, and sometimes takes far longer.
READY_WITHIN = 600.0
GONE_WITHIN = 1800.0
EVERY = 5.0


@dataclass(frozen=True, eq=False, kw_only=True)
class NatGateway(NetworkPart):
    """Where it is still being made it is waited for, and its ``state`` is a change."""

    kind: ClassVar[str] = "nat-gateway"
    sort: ClassVar[ec2.Sort] = ec2.NAT_GATEWAY
    made_by: ClassVar[str] = "ec2:CreateNatGateway"
    inside: ClassVar[bool] = True
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:DeleteNatGateway",)
    fixed: ClassVar[frozenset[str]] = frozenset({"subnet", "address"})
    put_after: ClassVar[frozenset[str]] = frozenset({"state"})

    subnet: Subnet
    address: ElasticIp

    def wanted(self, ids: Ids) -> Props:
        return {"subnet": ids.of(self.subnet), "address": ids.of(self.address), "state": "available"}

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        addresses = found["NatGatewayAddresses"]
        return {
            "subnet": found["SubnetId"],
            "address": addresses[0]["AllocationId"] if addresses else "",
            "state": found["State"],
        }

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return bool(found["VpcId"] == self.subnet.vpc.own_id(aws))

    @classmethod
    def lives(cls, found: dict[str, Any]) -> bool:
        # AWS: one that has been deleted, or that could not be made, is listed for about an hour.
        return found["State"] in ec2.LIVING

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        made = client.create_nat_gateway(
            SubnetId=props["subnet"], AllocationId=props["address"], TagSpecifications=self.tagging(props)
        )
        return dict(made["NatGateway"])

    def put(self, aws: Aws, found: dict[str, Any], props: Props, changed: frozenset[str]) -> None:
        if "state" in changed:
            what = f"NAT gateway {self.name} to be available"
            aws.wait_until(what, lambda: self._ready(aws, found["NatGatewayId"]), seconds=READY_WITHIN, every=EVERY)

    def _ready(self, aws: Aws, found_id: str) -> bool:
        found = ec2.with_id(aws, self.sort, found_id)
        if found is None:  # AWS: it is not listed at once
            return False
        if not self.lives(found):
            reason = found.get("FailureMessage") or f"it is {found['State']}"
            raise CallFailed(f"CreateNatGateway: {reason}", code=found.get("FailureCode", ""))
        return bool(found["State"] == "available")

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield from super().grants(environment)
        # Which tasks are behind it, and where.
        yield grant.unleveled("ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", verb=grant.Verb.DELETE)

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        found = ec2.with_id(aws, cls.sort, found_id)
        if found is not None and cls.lives(found):
            # Runs that began before the stack moved elsewhere are under way, and this is their way out.
            what = f"the tasks behind NAT gateway {found_id} to end"
            aws.wait_until(what, lambda: not _tasks_behind(aws, found), seconds=FREE_WITHIN, every=EVERY)
        aws.ec2.delete_nat_gateway(NatGatewayId=found_id)
        # AWS: what it stands in and its address can go only when it has gone.
        what = f"NAT gateway {found_id} to be deleted"
        aws.wait_until(what, lambda: _gone(aws, found_id), seconds=GONE_WITHIN, every=EVERY)


def _tasks_behind(aws: Aws, found: dict[str, Any]) -> list[dict[str, Any]]:
    """The network interfaces of tasks in the subnets whose way out it is; AWS: they say so in their descriptions."""
    tables = ec2.listed(aws, ec2.ROUTE_TABLE, "vpc-id", found["VpcId"])
    leading = [
        table
        for table in tables
        if any(route.get("NatGatewayId") == found["NatGatewayId"] for route in table.get("Routes", ()))
    ]
    subnets = [each["SubnetId"] for table in leading for each in table["Associations"] if "SubnetId" in each]
    if not subnets:
        return []
    attached = aws.environment.arn("ecs", "attachment/*")
    only = [{"Name": "subnet-id", "Values": subnets}, {"Name": "description", "Values": [attached]}]
    return list(aws.ec2.describe_network_interfaces(Filters=only)["NetworkInterfaces"])


def _gone(aws: Aws, found_id: str) -> bool:
    found = ec2.with_id(aws, ec2.NAT_GATEWAY, found_id)
    return found is None or found["State"] == "deleted"
