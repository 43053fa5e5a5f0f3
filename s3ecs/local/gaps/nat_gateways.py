"""A NAT gateway is found by its tags, gives its address back when it goes, and an unknown one is an error.

moto lists all of them whatever tags are asked for, keeps the address of a deleted one, and answers 500 for an unknown
one.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError

from s3ecs.local import seams


def install() -> None:
    """Put AWS's ways in place of moto's."""
    seams.replace("ec2.describe_nat_gateways", describe)
    seams.replace("ec2.delete_nat_gateway", delete)


def describe(ec2: Any, filters: Any, nat_gateway_ids: list[str] | None) -> list[Any]:
    """What moto finds, and of that what has the tags that are asked for."""
    for each in nat_gateway_ids or ():
        _check(ec2, each)
    found = seams.original("ec2.describe_nat_gateways")(ec2, filters, nat_gateway_ids)
    tags = {name: values for name, values in (filters or {}).items() if name.startswith("tag:")}
    return [each for each in found if all(each.get_filter_value(name) in values for name, values in tags.items())]


def delete(ec2: Any, nat_gateway_id: str) -> Any:
    """AWS: its address is free again."""
    _check(ec2, nat_gateway_id)
    held = {address.get("allocationId") for address in ec2.nat_gateways[nat_gateway_id].address_set}
    for address in list(ec2.addresses):
        if address.allocation_id in held and address.association_id:
            ec2.disassociate_address(association_id=address.association_id)
    return seams.original("ec2.delete_nat_gateway")(ec2, nat_gateway_id)


def _check(ec2: Any, nat_gateway_id: str) -> None:
    if nat_gateway_id not in ec2.nat_gateways:
        raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")
