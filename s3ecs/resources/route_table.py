"""An EC2 route table: its routes and the subnets that it is associated with are parts of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws.faults import unless
from s3ecs.resources import ec2
from s3ecs.resources.internet_gateway import InternetGateway  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.nat_gateway import NatGateway  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.network_part import NetworkPart
from s3ecs.resources.subnet import Subnet  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.vpc import Vpc  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props

EVERYWHERE: Final = "0.0.0.0/0"
DESTINATIONS: Final = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


@dataclass(frozen=True, eq=False, kw_only=True)
class RouteTable(NetworkPart):
    """All that is not for the VPC itself goes to ``way_out``."""

    kind: ClassVar[str] = "route-table"
    sort: ClassVar[ec2.Sort] = ec2.ROUTE_TABLE
    made_by: ClassVar[str] = "ec2:CreateRouteTable"
    inside: ClassVar[bool] = True
    put_by: ClassVar[tuple[str, ...]] = (
        *("ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"),
        *("ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation"),
    )
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:DisassociateRouteTable", "ec2:DeleteRouteTable")
    fixed: ClassVar[frozenset[str]] = frozenset({"vpc"})
    put_after: ClassVar[frozenset[str]] = frozenset({"routes", "subnets"})

    vpc: Vpc
    way_out: InternetGateway | NatGateway
    subnets: tuple[Subnet, ...]

    def wanted(self, ids: Ids) -> Props:
        return {
            "vpc": ids.of(self.vpc),
            "routes": [{"to": EVERYWHERE, "by": ids.of(self.way_out)}],
            "subnets": sorted((ids.of(each) for each in self.subnets), key=str),
        }

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        return {"vpc": found["VpcId"], "routes": _normal(_routes(found)), "subnets": sorted(_associations(found))}

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return bool(found["VpcId"] == self.vpc.own_id(aws))

    def rank(self, aws: Aws, found: dict[str, Any]) -> int:
        return -len(_associations(found))

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        made = client.create_route_table(VpcId=props["vpc"], TagSpecifications=self.tagging(props))
        return dict(made["RouteTable"])

    def put(self, aws: Aws, found: dict[str, Any], props: Props, changed: frozenset[str]) -> None:
        if "routes" in changed:
            self._put_routes(aws, found, {each["to"]: each["by"] for each in props["routes"]})
        if "subnets" in changed:
            self._put_subnets(aws, found, props["subnets"])

    def _put_routes(self, aws: Aws, found: dict[str, Any], wanted: dict[str, str]) -> None:
        which = {"RouteTableId": found["RouteTableId"]}
        there = _routes(found)
        for route in found.get("Routes", ()):
            if (destination := _destination(route)) in there.keys() - wanted.keys():
                named = {key: route[key] for key in DESTINATIONS if key in route}
                unless(ec2.NOT_FOUND, partial(aws.ec2.delete_route, **which, **named))
            elif there.get(destination, wanted.get(destination)) != wanted.get(destination):
                aws.ec2.replace_route(**which, **_route(destination, wanted[destination]))
        for destination in wanted.keys() - there.keys():
            self.once_seen(aws, partial(_create_route, aws, {**which, **_route(destination, wanted[destination])}))

    def _put_subnets(self, aws: Aws, found: dict[str, Any], wanted: list[str]) -> None:
        there = _associations(found)
        for subnet in there.keys() - set(wanted):
            unless(ec2.NOT_FOUND, partial(aws.ec2.disassociate_route_table, AssociationId=there[subnet]))
        for subnet in sorted(set(wanted) - there.keys()):
            self.once_seen(aws, partial(_associate, aws, found["RouteTableId"], subnet))

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        found = ec2.with_id(aws, cls.sort, found_id)
        if found is None:
            return
        for association in _associations(found).values():
            unless(ec2.NOT_FOUND, partial(aws.ec2.disassociate_route_table, AssociationId=association))
        aws.ec2.delete_route_table(RouteTableId=found_id)


def _routes(found: dict[str, Any]) -> dict[str, str]:
    """Where to, and by which way, of the routes that somebody made; a gateway endpoint's go with the endpoint."""
    made = [each for each in found.get("Routes", ()) if each.get("Origin") == "CreateRoute"]
    ways = {_destination(each): _way(each) for each in made}
    return {destination: way for destination, way in ways.items() if not way.startswith("vpce-")}


def _normal(routes: dict[str, str]) -> list[dict[str, str]]:
    return [{"to": destination, "by": way} for destination, way in sorted(routes.items())]


def _destination(route: dict[str, Any]) -> str:
    return next((str(route[key]) for key in DESTINATIONS if route.get(key)), "")


def _way(route: dict[str, Any]) -> str:
    """The id of what a route leads to, whichever of a dozen keys AWS has it under."""
    rest = (*DESTINATIONS, "Origin", "State", "InstanceOwnerId")
    return next((str(value) for key, value in sorted(route.items()) if key not in rest and value), "")


def _route(destination: str, way: str) -> dict[str, str]:
    key = "NatGatewayId" if way.startswith(ec2.NAT_GATEWAY.ids) else "GatewayId"
    return {"DestinationCidrBlock": destination, key: way}


def _create_route(aws: Aws, route: dict[str, str]) -> None:
    # AWS: said of a route that a try whose answer was lost has made.
    unless({"RouteAlreadyExists"}, lambda: aws.ec2.create_route(**route))


def _associations(found: dict[str, Any]) -> dict[str, str]:
    """By subnet the id of its association; the main one of a VPC has no subnet."""
    states = ("disassociating", "disassociated", "failed")
    return {
        each["SubnetId"]: each["RouteTableAssociationId"]
        for each in found.get("Associations", ())
        if each.get("SubnetId") and each.get("AssociationState", {}).get("State") not in states
    }


def _associate(aws: Aws, table: str, subnet: str) -> None:
    # AWS: a subnet is in one table at a time, and is taken out of another's by replacing that association.
    others = ec2.listed(aws, ec2.ROUTE_TABLE, "association.subnet-id", subnet)
    former = {other["RouteTableId"]: each for other in others if (each := _associations(other).get(subnet))}
    if not former:
        aws.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    elif table not in former:
        (association,) = former.values()
        aws.ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)
