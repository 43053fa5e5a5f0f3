"""IP addresses: the ``cidr`` operator, and texts that name the same address in two ways."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from s3ecs.pattern.clause import Accepts

_FORM = re.compile(r"[0-9]+(\.[0-9]+){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_MASK = re.compile(r"[+-]?[0-9]{1,9}")


def address(value: Any) -> IPv4Address | IPv6Address | None:
    """The address that ``value`` is written as; None where it is none."""
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        return None
    try:
        return ip_address(value)
    except ValueError:
        return None


def same(wanted: IPv4Address | IPv6Address) -> Accepts:
    """Accept every way to write one address. AWS: ``2001:db8::1`` is also ``2001:0db8:0:0:0:0:0:1``."""
    return lambda value: address(value) == wanted


def within(block: str, path: str) -> Accepts:
    """Accept the addresses of ``block``, such as ``10.0.0.0/24`` or ``2001:db8::/64``."""
    parts = block.rstrip("/").split("/")
    if len(parts) != 2:  # noqa: PLR2004  (address and mask)
        raise InvalidPattern("Malformed CIDR, one '/' required", path)
    start, mask = parts
    if not _MASK.fullmatch(mask):
        raise InvalidPattern("Malformed CIDR, mask bits must be an integer", path)
    bits = int(mask)
    if bits < 0:
        raise InvalidPattern("Malformed CIDR, mask bits must not be negative", path)
    found = address(start)
    if found is None:
        kind = "Invalid" if _FORM.fullmatch(start) else "Nonstandard"
        raise InvalidPattern(f"{kind} IP address: {start}", path)
    # AWS: a block of one address is refused.
    if bits >= found.max_prefixlen:
        raise InvalidPattern(f"IPv{found.version} mask bits must be < {found.max_prefixlen}", path)
    network = ip_network(f"{start}/{bits}", strict=False)
    return lambda value: (one := address(value)) is not None and one in network
