"""The default VPC's way out.

moto's default VPC has neither an internet gateway nor a route; AWS's has both, so that a task with a public address
reaches its registry there.
"""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Give each default VPC its gateway when it is made."""
    seams.replace("ec2.create_default_vpc", create_default_vpc)


def create_default_vpc(self: Any) -> Any:
    """The VPC, with a gateway attached and the main route table leading there."""
    vpc = seams.original("ec2.create_default_vpc")(self)
    gateway = self.create_internet_gateway()
    self.attach_internet_gateway(gateway.id, vpc.id)
    for table in self.describe_route_tables(filters={"vpc-id": [vpc.id]}):
        self.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)
    return vpc
