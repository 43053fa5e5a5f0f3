"""An EC2 subnet of a stack's own network: public or private by the route table that it is associated with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.resources import ec2
from s3ecs.resources.network_part import NetworkPart
from s3ecs.resources.owned import making
from s3ecs.resources.vpc import Vpc  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.zones import Zones  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props


@dataclass(frozen=True, eq=False, kw_only=True)
class Subnet(NetworkPart):
    """``zone`` is the key of ``zones`` under which the name of its zone stands."""

    kind: ClassVar[str] = "subnet"
    sort: ClassVar[ec2.Sort] = ec2.SUBNET
    made_by: ClassVar[str] = "ec2:CreateSubnet"
    inside: ClassVar[bool] = True
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:DeleteSubnet",)
    fixed: ClassVar[frozenset[str]] = frozenset({"vpc", "zone", "cidr"})

    vpc: Vpc
    zones: Zones
    zone: str
    cidr: str

    def wanted(self, ids: Ids) -> Props:
        return {"vpc": ids.of(self.vpc), "zone": ids.setting(self.zones, self.zone), "cidr": self.cidr}

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        return {"vpc": found["VpcId"], "zone": found["AvailabilityZone"], "cidr": found["CidrBlock"]}

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return bool(found["VpcId"] == self.vpc.own_id(aws))

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        # AWS: two subnets of one VPC cannot share addresses, so a second one of ours is refused.
        with making("InvalidSubnet.Conflict"):
            made = client.create_subnet(
                VpcId=props["vpc"],
                CidrBlock=props["cidr"],
                AvailabilityZone=props["zone"],
                TagSpecifications=self.tagging(props),
            )
        return dict(made["Subnet"])

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        aws.ec2.delete_subnet(SubnetId=found_id)
