"""An EC2 elastic IP: the public address of a NAT gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.resources import ec2
from s3ecs.resources.network_part import NetworkPart
from s3ecs.resources.vpc import Vpc  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props


@dataclass(frozen=True, eq=False, kw_only=True)
class ElasticIp(NetworkPart):
    """Its id is its allocation's. One that is in use outside ``vpc`` is left aside."""

    kind: ClassVar[str] = "elastic-ip"
    sort: ClassVar[ec2.Sort] = ec2.ELASTIC_IP
    made_by: ClassVar[str] = "ec2:AllocateAddress"
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:ReleaseAddress",)
    # AWS: the second is said of an address whose NAT gateway is still on its way out.
    busy: ClassVar[set[str]] = ec2.IN_USE | {"AuthFailure"}

    vpc: Vpc

    def wanted(self, ids: Ids) -> Props:
        return {}

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        return {}

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return not found.get("AssociationId") or found["AllocationId"] in self._in_use(aws)

    def rank(self, aws: Aws, found: dict[str, Any]) -> int:
        in_use = self._in_use(aws)
        return in_use.index(found["AllocationId"]) if found["AllocationId"] in in_use else len(in_use)

    def _in_use(self, aws: Aws) -> list[str]:
        """The addresses of the living NAT gateways in the stack's VPC, tagged or not, the oldest gateway's first."""
        vpc = self.vpc.own_id(aws)
        if vpc is None:
            return []
        gateways = aws.once(f"NAT gateways in {vpc}", lambda: ec2.listed(aws, ec2.NAT_GATEWAY, "vpc-id", vpc))
        living = [each for each in gateways if each["State"] in ec2.LIVING]
        living.sort(key=lambda each: (str(each["CreateTime"]), each["NatGatewayId"]))
        return [each["AllocationId"] for gateway in living for each in gateway["NatGatewayAddresses"]]

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        return dict(client.allocate_address(Domain="vpc", TagSpecifications=self.tagging(props)))

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        aws.ec2.release_address(AllocationId=found_id)
