"""The key ``network``: where tasks run."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Any

from s3ecs.spec import limits
from s3ecs.spec.model import ManagedNetwork, Network
from s3ecs.spec.nodes import Scalar, describe
from s3ecs.spec.scalars import flag, integer, matching, text, whole
from s3ecs.spec.tagged import or_tagged
from s3ecs.spec.values import Reader, Value, Wrong, many, record, takes

_CIDR = re.compile(r"[0-9.]{7,15}/[0-9]{1,2}")


@takes(lambda: {"anyOf": [{"enum": ["default", "managed"]}, _NETWORK.schema()]})
def network(value: Value) -> Network:
    """Read ``default`` or ``managed``, or a mapping of what differs from them."""
    if not isinstance(value.node, Scalar):
        return Network(**_alone(value, _NETWORK(value)))
    match text(value):
        case "default":
            return Network()
        case "managed":
            return Network(managed=ManagedNetwork())
    raise Wrong(f"must be default, managed, or a mapping of {', '.join(_KEYS)}, not {describe(value.node)}")


def _alone(value: Value, read: dict[str, Any]) -> dict[str, Any]:
    """Beside ``managed`` nothing is left to say of subnets, groups and addresses."""
    entries = value.entries()
    if "managed" in entries:
        for name in entries.keys() & _KEYS.keys() - {"managed"}:
            message = "does not go with managed, which makes all of the network itself: leave one of the two out"
            value.findings.add((*value.path, name), message)
    return read


@takes(lambda: _MANAGED.schema())  # noqa: PLW0108 - its table comes further down
def managed(value: Value) -> ManagedNetwork:
    """Read a mapping of what differs from ``network: managed``."""
    if isinstance(value.node, Scalar):
        raise Wrong(
            f"must be a mapping of {', '.join(_MANAGED_KEYS)}, not {describe(value.node)}; "
            "with their defaults it is network: managed"
        )
    return ManagedNetwork(**_MANAGED(value))


@takes({"type": "string", "pattern": whole(_CIDR.pattern)})
def cidr(value: Value) -> str:
    """Read a range of private addresses with room for four subnets."""
    written = text(value)
    try:
        found = IPv4Network(written, strict=False)
    except ValueError:
        found = None
    if found is None or not _CIDR.fullmatch(written):  # Python takes a single address too, or a netmask
        raise Wrong(f"must be a range of addresses such as {ManagedNetwork().cidr}, not {describe(value.node)}")
    if written != str(found):
        raise Wrong(f"has bits set after the first {found.prefixlen}: write {found}")
    least, most = limits.LEAST_PREFIX, limits.MOST_PREFIX
    if not least <= found.prefixlen <= most:
        sizes = f"/{least} to /{most}, which a VPC takes and four subnets fit in"
        raise Wrong(f"must end in {sizes}, not in /{found.prefixlen}")
    if not any(found.subnet_of(IPv4Network(private)) for private in limits.PRIVATE):
        raise Wrong(f"must lie in {', '.join(limits.PRIVATE)}, the private ranges, and {written} does not")
    return written


_MANAGED_KEYS = {"cidr": cidr, "nat_gateways": integer(0, limits.MAX_NAT_GATEWAYS)}
_MANAGED: Reader[dict[str, Any]] = record(_MANAGED_KEYS)

_KEYS = {
    "managed": managed,
    "vpc": or_tagged(matching(limits.VPC, "a VPC's id such as vpc-0123456789abcdef0", longest=21)),
    "subnets": or_tagged(
        many(
            matching(limits.SUBNET, "a subnet's id such as subnet-0123456789abcdef0", longest=24),
            at_least=1,
            at_most=limits.MAX_SUBNETS,
            what="subnet",
        )
    ),
    "security_groups": or_tagged(
        many(
            matching(limits.SECURITY_GROUP, "a security group's id such as sg-0123456789abcdef0", longest=20),
            at_least=1,
            at_most=limits.MAX_SECURITY_GROUPS,
            what="security group",
        )
    ),
    "public_ip": flag,
}
_NETWORK: Reader[dict[str, Any]] = record(_KEYS)
