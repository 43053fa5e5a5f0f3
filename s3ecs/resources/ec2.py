"""How EC2 speaks of the parts of a network: listed by their tags, found again by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from s3ecs.aws.faults import unless
from s3ecs.resources.owned import STACK_TAG, asking_for, from_pairs, to_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Conditions
    from s3ecs.aws.session import Aws

NAME_TAG: Final = "Name"
# AWS: the answer for what is gone, and for a while also for what has just been made.
NOT_FOUND: Final = {
    "InvalidVpcID.NotFound",
    "InvalidSubnetID.NotFound",
    "InvalidInternetGatewayID.NotFound",
    "InvalidRouteTableID.NotFound",
    "InvalidAssociationID.NotFound",
    "InvalidRoute.NotFound",
    "InvalidAllocationID.NotFound",
    "InvalidElasticIpID.NotFound",
    "InvalidGatewayID.NotFound",
    "InvalidRouteTableId.NotFound",
    "InvalidSubnetId.NotFound",
    "InvalidVpcId.NotFound",
    "InvalidVpcEndpoint.NotFound",
    "InvalidVpcEndpointId.NotFound",
    "InvalidNatGatewayID.NotFound",
    "NatGatewayNotFound",
}
LIVING: Final = ("pending", "available")  # AWS: the states of what has not been deleted and has not failed
IN_USE: Final = {"DependencyViolation", "InvalidIPAddress.InUse"}


@dataclass(frozen=True)
class Sort:
    """``type`` is its word where tags are put on; ``ids`` is what its ids begin with.

    ``listing`` is the operation that lists it, ``key`` where its answer has the list, ``id`` where one of them has its
    id, ``filters`` how the operation spells its filters.
    """

    type: str
    ids: str
    listing: str
    key: str
    id: str
    filters: str = "Filters"

    @property
    def action(self) -> str:
        """What IAM calls listing it, behind ec2:."""
        return "".join(map(str.capitalize, self.listing.split("_")))


VPC: Final = Sort("vpc", "vpc-", "describe_vpcs", "Vpcs", "VpcId")
SUBNET: Final = Sort("subnet", "subnet-", "describe_subnets", "Subnets", "SubnetId")
INTERNET_GATEWAY: Final = Sort(
    "internet-gateway",
    "igw-",
    "describe_internet_gateways",
    "InternetGateways",
    "InternetGatewayId",
)
ELASTIC_IP: Final = Sort("elastic-ip", "eipalloc-", "describe_addresses", "Addresses", "AllocationId")
NAT_GATEWAY: Final = Sort("natgateway", "nat-", "describe_nat_gateways", "NatGateways", "NatGatewayId", "Filter")
ROUTE_TABLE: Final = Sort("route-table", "rtb-", "describe_route_tables", "RouteTables", "RouteTableId")
VPC_ENDPOINT: Final = Sort("vpc-endpoint", "vpce-", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId")
SORTS: Final = (VPC, SUBNET, INTERNET_GATEWAY, ELASTIC_IP, NAT_GATEWAY, ROUTE_TABLE, VPC_ENDPOINT)


def parts(environment: Environment) -> list[str]:
    """The ARNs of whatever a network of one's own is made of, as patterns.

    AWS: some actions name things of several types, and none does anything to what is of another type.
    """
    return [environment.arn("ec2", f"{type_}/*") for type_ in ("security-group", *(sort.type for sort in SORTS))]


def tagging_what_is_made(stack: str) -> Conditions:
    """Only with the stack's tag in the request, and in the call that makes the thing.

    AWS: the action is known to a condition in such a call alone; without it any thing whatever could be tagged.
    """
    return asking_for(stack) | {"Null": {"ec2:CreateAction": "false"}}


def listed(aws: Aws, sort: Sort, by: str, value: str) -> list[dict[str, Any]]:
    """Everything of a sort that one filter lets through, as EC2 describes it."""
    only = {sort.filters: [{"Name": by, "Values": [value]}]}
    if aws.ec2.can_paginate(sort.listing):
        return list(aws.pages(aws.ec2, sort.listing, sort.key, **only))
    return list(getattr(aws.ec2, sort.listing)(**only)[sort.key])


def of_stack(aws: Aws, sort: Sort, stack: str) -> list[dict[str, Any]]:
    """Everything of a sort that carries the stack's tag: one list for all that ask."""
    return aws.once(f"{sort.type} of {stack}", lambda: listed(aws, sort, f"tag:{STACK_TAG}", stack))


def with_id(aws: Aws, sort: Sort, found_id: str) -> dict[str, Any] | None:
    """The one with this id, None where EC2 does not know it."""
    which = {f"{sort.id}s": [found_id]}
    answer = unless(NOT_FOUND, lambda: getattr(aws.ec2, sort.listing)(**which)[sort.key])
    return next(iter(answer or ()), None)


def nominated(aws: Aws, sort: Sort, stack: str) -> bool:
    """Whether anything of a sort may carry the stack's tag; one list of tags serves all sorts.

    AWS: tags of what has been deleted are listed for a while, so it only nominates.
    """

    def ask() -> list[str]:
        only = [{"Name": "key", "Values": [STACK_TAG]}, {"Name": "value", "Values": [stack]}]
        return [each["ResourceId"] for each in aws.pages(aws.ec2, "describe_tags", "Tags", Filters=only)]

    return any(each.startswith(sort.ids) for each in aws.once(f"EC2 tags of {stack}", ask))


def tags_of(found: Mapping[str, Any]) -> dict[str, str]:
    """The tags of what EC2 describes."""
    return from_pairs(found.get("Tags") or ())


def name_of(found: Mapping[str, Any]) -> str:
    """What its tag calls it; an empty string where nothing does."""
    return tags_of(found).get(NAME_TAG, "")


def tagging(sort: Sort, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tags as a creating call takes them."""
    return [{"ResourceType": sort.type, "Tags": to_pairs(tags)}]
