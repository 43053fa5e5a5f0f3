"""The tasks' subnets: does a way lead to the image's registry, to CloudWatch Logs and to S3?

AWS: a task without one stays PROVISIONING for minutes and then fails to pull its image, whichever role it has.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from typing import TYPE_CHECKING, Any, Final

from s3ecs.errors import Refused, UsageError
from s3ecs.preflight.finding import Finding, Verdict, found_out
from s3ecs.preflight.images import containers_of, images_of, is_ecr
from s3ecs.resources.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.preflight import Look

GROUP: Final = "network"
WHAT: Final = "a way out of the tasks' subnets"
HINT: Final = "add a route to a NAT gateway or VPC endpoints, or write public_ip: true or other subnets under network:"


def check(look: Look) -> list[Finding]:
    """One finding for all subnets. A way that is seen to be missing stops what relies on it."""
    given = next((each for each in look.stack.resources if isinstance(each, Network)), None)
    if given is None:
        return [Finding(GROUP, WHAT, Verdict.OK, "the stack makes its own")]
    if look.aws.environment.local:
        return [Finding(GROUP, WHAT, Verdict.SKIPPED, "the embedded AWS needs none")]
    return found_out(GROUP, WHAT, lambda: _ways(look, given))


def _ways(look: Look, given: Network) -> Iterator[Finding]:
    # All at once, for which VPC it is would have to be waited for.
    try:
        network, every_table, every_endpoint = look.aws.together(
            lambda: given.read(look.aws),
            lambda: list(look.aws.pages(look.aws.ec2, "describe_route_tables", "RouteTables")),
            lambda: list(look.aws.pages(look.aws.ec2, "describe_vpc_endpoints", "VpcEndpoints")),
        )
    except (Refused, UsageError):
        yield Finding(GROUP, WHAT, Verdict.SKIPPED, "the network is not there")
        return
    seen = network.props
    tables, endpoints = (
        [each for each in every if each["VpcId"] == seen["vpc"]] for every in (every_table, every_endpoint)
    )
    lacking: dict[str, list[str]] = {}
    for subnet in seen["subnets"]:
        table = _table_of(subnet, tables)
        routes = _usable(table, endpoints)
        if not _leads_out(routes, public_ip=look.spec.network.public_ip, ipv6=subnet in seen["ipv6"]):
            missing = _not_in_reach(look, table, [each for each in endpoints if each["State"] == "available"])
            if missing:
                lacking.setdefault(missing, []).append(subnet)
    for missing, subnets in lacking.items():
        why = f"{', '.join(subnets)}: no route to the internet and no endpoint for {missing}"
        yield Finding(GROUP, WHAT, Verdict.NOT_OK, why, HINT, stops=True)
    if not lacking:
        yield Finding(GROUP, WHAT, Verdict.OK)


def _table_of(subnet: str, tables: list[dict[str, Any]]) -> dict[str, Any]:
    """The subnet's own route table, else the VPC's main one."""
    main: dict[str, Any] = {}
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main"):
                main = table
    return main


def _usable(table: dict[str, Any], endpoints: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Routes that lead out of the VPC, and further than to the one service that a gateway endpoint is of.

    AWS: a black hole leads nowhere.
    """
    nearby = {"local", *(each["VpcEndpointId"] for each in endpoints if each["VpcEndpointType"] == "Gateway")}
    routes = (each for each in table.get("Routes", ()) if each.get("State") != "blackhole")
    return [each for each in routes if each.get("GatewayId") not in nearby]


def _leads_out(routes: list[dict[str, Any]], *, public_ip: bool, ipv6: bool) -> bool:
    """Whether all is sent somewhere, by one route or by several, such as one for each half.

    AWS: an internet gateway serves only who has a public address, as every address of IPv6 is. Whatever else all is
    sent to, such as a firewall's endpoint or a transit gateway, is taken for a way, and a prefix list for all that
    matters.
    """
    serving = [each for each in routes if public_ip or not each.get("GatewayId", "").startswith("igw-")]
    four = collapse_addresses(IPv4Network(cidr) for each in serving if (cidr := each.get("DestinationCidrBlock")))
    six = collapse_addresses(IPv6Network(cidr) for each in routes if (cidr := each.get("DestinationIpv6CidrBlock")))
    if any(each.get("DestinationPrefixListId") for each in serving):
        return True
    return any(not each.prefixlen for each in four) or (ipv6 and any(not each.prefixlen for each in six))


def _not_in_reach(look: Look, table: dict[str, Any], endpoints: list[dict[str, Any]]) -> str:
    """The services that a task needs and no endpoint leads to, in words."""
    # AWS: com.amazonaws.REGION.ecr.api; what stands before the region differs in some partitions.
    where = f".{look.aws.environment.region}."
    reached = {
        each["ServiceName"].partition(where)[2]
        for each in endpoints
        if each["VpcEndpointType"] != "Gateway" or table.get("RouteTableId") in each.get("RouteTableIds", ())
    }
    needed = {"logs", "s3"}
    images = images_of(look.spec, look.aws.environment)
    if any(is_ecr(image) for image in images):
        needed |= {"ecr.api", "ecr.dkr"}
    secrets = [each for job in look.spec.jobs for part in containers_of(job) for each in part.secrets.values()]
    needed |= {"ssm" for each in secrets if each.parameter} | {"secretsmanager" for each in secrets if each.secret}
    elsewhere = [image for image in images if not is_ecr(image)]
    return ", ".join([*sorted(needed - reached), *(f"the registry of {image}" for image in elsewhere)])
