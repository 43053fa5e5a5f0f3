"""What ``network:`` means in AWS: a network that is given, or all the parts of one of the stack's own."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from s3ecs.resources import (
    ElasticIp,
    InternetGateway,
    NatGateway,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from s3ecs.resources.ec2 import NAME_TAG
from s3ecs.resources.network import Network
from s3ecs.resources.zones import Zones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.aws.environment import Environment
    from s3ecs.engine.resource import Resource
    from s3ecs.resources.network import Choice
    from s3ecs.spec import model
    from s3ecs.stack.names import StackNames

ZONES: Final = ("a", "b")
PUBLIC, PRIVATE = "public", "private"


@dataclass(frozen=True)
class Place:
    """Where tasks run: all that is read or made for it, and what a state machine is told.

    ``ways`` are to be there before a task starts.
    """

    resources: tuple[Resource, ...]
    subnets: Network | tuple[Subnet, ...]
    security_groups: Network | tuple[SecurityGroup, ...]
    public_ip: bool
    ways: tuple[Resource, ...] = ()


def place(network: model.Network, names: StackNames, tags: Mapping[str, str], environment: Environment) -> Place:
    """What ``network`` asks for; pure."""
    if network.managed is not None:
        return _Managed(network.managed, names, tags, environment).place()
    given = Network(
        name="tasks",
        vpc=_choice((network.vpc,) if isinstance(network.vpc, str) else network.vpc or ()),
        subnets=_choice(network.subnets),
        security_groups=_choice(network.security_groups),
    )
    if network.security_groups:
        return Place((given,), given, given, network.public_ip)
    group = SecurityGroup(name=names.security_group, network=given, tags=tags)
    return Place((given, group), given, (group,), network.public_ip)


def _choice(written: tuple[str, ...] | model.Tagged) -> Choice:
    return written if isinstance(written, tuple) else written.tag


class _Managed:
    """A VPC over two zones; a zone has a public subnet, and a private one where there is a NAT gateway to lead out."""

    def __init__(
        self, wanted: model.ManagedNetwork, names: StackNames, tags: Mapping[str, str], environment: Environment
    ) -> None:
        self.wanted, self.names, self.tags, self.environment = wanted, names, tags, environment
        self.sorts = (PUBLIC, PRIVATE) if wanted.nat_gateways else (PUBLIC,)
        vpc, tagged = self._called("vpc")
        self.vpc = Vpc(name=vpc, tags=tagged, cidr=wanted.cidr)
        # Also the names of subnets that are not wanted now: what stands in a zone keeps the network there.
        standing = {zone: tuple(names.network(f"{sort}-{zone}") for sort in (PUBLIC, PRIVATE)) for zone in ZONES}
        self.zones = Zones(name="network", stack=names.stack, vpc=self.vpc, subnets=standing)

    def place(self) -> Place:
        name, tags = self._called("internet")
        internet = InternetGateway(name=name, tags=tags, vpc=self.vpc)
        public = self._subnets(PUBLIC)
        tables = [self._table(PUBLIC, internet, public)]
        tasks = public
        nats: tuple[NatGateway, ...] = ()
        if self.wanted.nat_gateways:
            nats = self._nats(public, internet)
            tasks = self._subnets(PRIVATE)
            leads = [nats[min(at, len(nats) - 1)] for at in range(len(ZONES))]
            tables += [
                self._table(f"{PRIVATE}-{zone}", nat, (subnet,))
                for zone, nat, subnet in zip(ZONES, leads, tasks, strict=True)
            ]
        name, tags = self._called("s3")
        service = f"com.amazonaws.{self.environment.region}.s3"
        endpoint = VpcEndpoint(name=name, tags=tags, vpc=self.vpc, service=service, route_tables=tuple(tables))
        group = SecurityGroup(name=self.names.own_security_group, network=self.vpc, tags=self.tags)
        addresses = [nat.address for nat in nats]
        private = tasks if nats else ()
        parts = (self.vpc, self.zones, internet, *public, *private, *addresses, *nats, *tables, endpoint, group)
        return Place(parts, tasks, (group,), public_ip=not nats, ways=(*tables, endpoint))

    def _called(self, part: str) -> tuple[str, dict[str, str]]:
        """The name of a part and its tags, of which one is the name."""
        name = self.names.network(part)
        return name, {**self.tags, NAME_TAG: name}

    def _subnets(self, sort: str) -> tuple[Subnet, ...]:
        """One in each zone; each has a quarter of the addresses, and keeps it whatever else there is."""
        quarters = [str(each) for each in IPv4Network(self.wanted.cidr).subnets(prefixlen_diff=2)]
        begin = (PUBLIC, PRIVATE).index(sort) * len(ZONES)
        subnets = []
        for zone, cidr in zip(ZONES, quarters[begin : begin + len(ZONES)], strict=True):
            name, tags = self._called(f"{sort}-{zone}")
            subnets.append(Subnet(name=name, tags=tags, vpc=self.vpc, zones=self.zones, zone=zone, cidr=cidr))
        return tuple(subnets)

    def _nats(self, public: tuple[Subnet, ...], internet: InternetGateway) -> tuple[NatGateway, ...]:
        nats = []
        for zone, subnet in list(zip(ZONES, public, strict=True))[: self.wanted.nat_gateways]:
            name, tags = self._called(f"nat-{zone}")
            address = ElasticIp(name=name, tags=tags, vpc=self.vpc)
            # AWS: a NAT gateway fails where its VPC has no internet gateway.
            nats.append(NatGateway(name=name, tags=tags, subnet=subnet, address=address, after=(internet,)))
        return tuple(nats)

    def _table(self, part: str, way_out: InternetGateway | NatGateway, subnets: tuple[Subnet, ...]) -> RouteTable:
        name, tags = self._called(part)
        return RouteTable(name=name, tags=tags, vpc=self.vpc, way_out=way_out, subnets=subnets)
