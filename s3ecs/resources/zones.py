"""The availability zones of a stack's own network: chosen once, and kept as long as a subnet stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from s3ecs.aws import grant
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import UsageError
from s3ecs.resources import ec2
from s3ecs.resources.network import WITHOUT_FARGATE
from s3ecs.resources.vpc import Vpc  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws


@dataclass(frozen=True, eq=False, kw_only=True)
class Zones(Given):
    """Each key of ``subnets`` is a setting, the name of the zone where the subnets that it lists by name stand."""

    kind: ClassVar[str] = "zones"

    stack: str
    vpc: Vpc
    subnets: Mapping[str, tuple[str, ...]]

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield grant.unleveled("ec2:DescribeAvailabilityZones")

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where the region has too few zones with Fargate."""
        region = aws.environment.region
        able, vpc, standing = aws.together(
            lambda: _with_fargate(aws),
            lambda: self.vpc.own_id(aws),
            lambda: ec2.of_stack(aws, ec2.SUBNET, self.stack),
        )
        zones = {ec2.name_of(each): each["AvailabilityZone"] for each in standing if each["VpcId"] == vpc}
        kept = {
            key: next(zones[name] for name in names if name in zones)
            for key, names in self.subnets.items()
            if zones.keys() & set(names)
        }
        free = iter([zone for zone in able if zone not in kept.values()])
        chosen = {key: kept.get(key) or next(free, "") for key in self.subnets}
        if not all(chosen.values()):
            raise UsageError(
                f"{region} has {len(able)} availability zones with Fargate, and a network of the stack's own takes "
                f"{len(self.subnets)}",
                hint="choose another region, or name subnets under network: in the spec",
            )
        return Observed(region, chosen, None)


def _with_fargate(aws: Aws) -> list[str]:
    # AWS: local and wavelength zones are listed too where the account has opted in to them.
    only = [{"Name": "state", "Values": ["available"]}, {"Name": "zone-type", "Values": ["availability-zone"]}]
    found = aws.ec2.describe_availability_zones(Filters=only)["AvailabilityZones"]
    return sorted(each["ZoneName"] for each in found if each["ZoneId"] not in WITHOUT_FARGATE)
