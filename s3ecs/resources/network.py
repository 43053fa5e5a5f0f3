"""The network that tasks run in: the default VPC's subnets, or those that the spec names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws


# AWS: zones without Fargate, by the ids that are the same in every account.
WITHOUT_FARGATE = {"use1-az3", "usw1-az2", "apne1-az3"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Network(Given):
    """Its id is the VPC's; ``subnets`` names those of the spec, none for the default VPC's."""

    kind: ClassVar[str] = "network"

    subnets: tuple[str, ...] = ()

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where there is no default VPC, or the subnets are of more than one."""
        # AWS: MapPublicIpOnLaunch says nothing of Fargate tasks, so the subnets are taken as they are.
        only = {"Filters": [{"Name": "default-for-az", "Values": ["true"]}]}
        which = {"SubnetIds": list(self.subnets)} if self.subnets else only
        found = aws.once(f"subnets {self.subnets}", lambda: aws.ec2.describe_subnets(**which)["Subnets"])
        vpcs = {subnet["VpcId"] for subnet in found}
        if not vpcs:
            raise UsageError(
                f"there is no default VPC with subnets in {aws.environment.region}",
                hint="name subnets under network: in the spec, or make one: aws ec2 create-default-vpc",
            )
        if len(vpcs) > 1:
            raise UsageError(
                f"the subnets of network: are in {len(vpcs)} VPCs: {', '.join(sorted(vpcs))}",
                hint="name subnets of one VPC",
            )
        (vpc,) = vpcs
        # AWS: a task may be given 16 subnets at most.
        able = [subnet for subnet in found if self.subnets or subnet.get("AvailabilityZoneId") not in WITHOUT_FARGATE]
        subnets = sorted(subnet["SubnetId"] for subnet in able)[:16]
        return Observed(vpc, {"vpc": vpc, "subnets": subnets}, None)
