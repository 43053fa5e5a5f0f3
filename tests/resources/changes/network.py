"""Every setting of the parts of a stack's own network, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.resources import policy
from s3ecs.resources.owned import to_pairs
from tests.resources.plainly import detach, disassociate
from tests.resources.scene import NETWORK as KINDS

from .case import Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene


def _retag(scene: Scene) -> None:
    scene.aws.ec2.create_tags(Resources=[scene.seen().id], Tags=to_pairs({"team": "other"}))


def _switch_off(scene: Scene, attribute: str) -> None:
    scene.aws.ec2.modify_vpc_attribute(VpcId=scene.seen().id, **{attribute: {"Value": False}})


def _delete_route(scene: Scene) -> None:
    scene.aws.ec2.delete_route(RouteTableId=scene.seen().id, DestinationCidrBlock="0.0.0.0/0")


def _endpoint(scene: Scene, **changed: Any) -> None:
    scene.aws.ec2.modify_vpc_endpoint(VpcEndpointId=scene.seen().id, **changed)


NOBODY = policy.document([{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}])
NETWORK = (
    *(Case(kind, "tags.team", "other", _retag) for kind in KINDS),
    Case("vpc", "dns.support", False, lambda scene: _switch_off(scene, "EnableDnsSupport")),
    Case("vpc", "dns.hostnames", False, lambda scene: _switch_off(scene, "EnableDnsHostnames")),
    Case("internet-gateway", "vpc", "", detach),
    Case("route-table", "routes", [], _delete_route),
    Case("route-table", "subnets", [], disassociate),
    Case(
        "vpc-endpoint",
        "route_tables",
        [],
        lambda scene: _endpoint(scene, RemoveRouteTableIds=scene.seen().props["route_tables"]),
    ),
    Case(
        "vpc-endpoint",
        "policy",
        {"Statement": NOBODY["Statement"]},
        lambda scene: _endpoint(scene, PolicyDocument=json.dumps(NOBODY)),
    ),
)
