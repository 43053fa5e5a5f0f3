"""What whoever reads a plan should know of a spec, besides the resources that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.spec.model import Spec


def notes(spec: Spec) -> Iterator[str]:
    """A sentence each."""
    if not spec.trust_conditions:
        yield (
            "trust_conditions: false: nothing ties the roles to this account, so a mistake or a trick that makes AWS's "
            "own services act for somebody else could use them"
        )
    if spec.termination_protection:
        yield "termination_protection: true: down is refused, and so is up where it would have to make something anew"
    network = spec.network
    if network.public_ip if network.managed is None else not network.managed.nat_gateways:
        inbound = "" if network.security_groups else "; nothing may come in by it"
        yield f"tasks get a public IP, their way out where no NAT gateway is{inbound}"
