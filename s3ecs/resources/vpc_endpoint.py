"""A gateway endpoint of S3: objects and image layers reach a stack's own network without its NAT, and for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import uuid4

from s3ecs.aws.hidden import look_into
from s3ecs.resources import ec2, policy
from s3ecs.resources.network_part import NetworkPart
from s3ecs.resources.owned import making
from s3ecs.resources.route_table import RouteTable  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.vpc import Vpc  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props

FULL_ACCESS: Final = "full access"
# AWS: the policy that an endpoint has where nobody says otherwise.
ANYBODY: Final = policy.document([{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}])
GONE_WITHIN = 600.0
EVERY = 3.0


@dataclass(frozen=True, eq=False, kw_only=True)
class VpcEndpoint(NetworkPart):
    """``service`` is the one that it leads to, such as ``com.amazonaws.eu-west-1.s3``."""

    kind: ClassVar[str] = "vpc-endpoint"
    sort: ClassVar[ec2.Sort] = ec2.VPC_ENDPOINT
    made_by: ClassVar[str] = "ec2:CreateVpcEndpoint"
    inside: ClassVar[bool] = True
    put_by: ClassVar[tuple[str, ...]] = ("ec2:ModifyVpcEndpoint",)
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:DeleteVpcEndpoints",)
    fixed: ClassVar[frozenset[str]] = frozenset({"vpc", "service"})

    vpc: Vpc
    service: str
    route_tables: tuple[RouteTable, ...]

    def wanted(self, ids: Ids) -> Props:
        return {
            "vpc": ids.of(self.vpc),
            "service": self.service,
            "route_tables": sorted((ids.of(each) for each in self.route_tables), key=str),
            "policy": FULL_ACCESS,
        }

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        return {
            "vpc": found["VpcId"],
            "service": found["ServiceName"],
            "route_tables": sorted(found.get("RouteTableIds", ())),
            "policy": _policy(found),
        }

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return bool(found["VpcId"] == self.vpc.own_id(aws))

    @classmethod
    def lives(cls, found: dict[str, Any]) -> bool:
        # AWS: the case of the word is not the same in all answers.
        return found["State"].lower() in ec2.LIVING

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        # AWS: a table has one route to a service, so a second endpoint of ours is refused.
        with making("RouteAlreadyExists"):
            made = client.create_vpc_endpoint(
                VpcEndpointType="Gateway",
                VpcId=props["vpc"],
                ServiceName=props["service"],
                RouteTableIds=props["route_tables"],
                ClientToken=str(uuid4()),
                TagSpecifications=self.tagging(props),
            )
        return dict(made["VpcEndpoint"])

    def put(self, aws: Aws, found: dict[str, Any], props: Props, changed: frozenset[str]) -> None:
        which = {"VpcEndpointId": found["VpcEndpointId"]}
        if "policy" in changed:
            aws.ec2.modify_vpc_endpoint(**which, PolicyDocument=policy.text(ANYBODY))
        if "route_tables" in changed:
            there, wanted = set(found.get("RouteTableIds", ())), set(props["route_tables"])
            aws.ec2.modify_vpc_endpoint(
                **which,
                AddRouteTableIds=sorted(wanted - there),
                RemoveRouteTableIds=sorted(there - wanted),
            )

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        found = ec2.with_id(aws, cls.sort, found_id)
        if found is not None and cls.lives(found):
            answer = aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[found_id])
            look_into("DeleteVpcEndpoints", answer, fine=ec2.NOT_FOUND)
        what = f"VPC endpoint {found_id} to be deleted"
        aws.wait_until(what, lambda: _gone(aws, found_id), seconds=GONE_WITHIN, every=EVERY)


def _policy(found: dict[str, Any]) -> Any:
    """Who may reach what through it: the document of somebody who narrowed or turned it, without its version."""
    statements = policy.normal(found.get("PolicyDocument") or ANYBODY)["Statement"]
    return FULL_ACCESS if statements == ANYBODY["Statement"] else {"Statement": statements}


def _gone(aws: Aws, found_id: str) -> bool:
    found = ec2.with_id(aws, ec2.VPC_ENDPOINT, found_id)
    return found is None or found["State"].lower() == "deleted"
