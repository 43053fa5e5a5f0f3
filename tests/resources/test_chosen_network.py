"""The network that a spec chooses by ids or by tags: read, held against what a task can be given, never written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.errors import UsageError
from s3ecs.resources.network import Network
from s3ecs.resources.owned import to_pairs
from tests.connected import connected

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server


@dataclass
class Land:
    """Two VPCs; the first has a public and a private subnet and two groups, the second a private one and a group."""

    aws: Aws
    ids: dict[str, str] = field(default_factory=dict)

    def vpc(self, name: str, cidr: str, **tags: str) -> None:
        made = self.aws.ec2.create_vpc(CidrBlock=cidr, TagSpecifications=_tagged("vpc", tags))
        self.ids[name] = made["Vpc"]["VpcId"]

    def subnet(self, name: str, vpc: str, cidr: str, **tags: str) -> None:
        made = self.aws.ec2.create_subnet(
            VpcId=self.ids[vpc], CidrBlock=cidr, TagSpecifications=_tagged("subnet", tags)
        )
        self.ids[name] = made["Subnet"]["SubnetId"]

    def group(self, name: str, vpc: str, **tags: str) -> None:
        made = self.aws.ec2.create_security_group(
            GroupName=name, Description="x", VpcId=self.ids[vpc], TagSpecifications=_tagged("security-group", tags)
        )
        self.ids[name] = made["GroupId"]

    def read(self, **chosen: Any) -> dict[str, Any]:
        """What is given, where ids are written as the names of this land."""
        named: dict[str, Any] = {
            key: value if isinstance(value, dict) else tuple(self.ids.get(each, each) for each in value)
            for key, value in chosen.items()
        }
        names = {found: name for name, found in self.ids.items()}
        props = Network(name="tasks", **named).read(self.aws.fresh()).props
        return {
            key: names.get(value, value) if key == "vpc" else {names[each] for each in value}
            for key, value in props.items()
        }


def _tagged(kind: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": to_pairs(tags)}] if tags else []


@pytest.fixture(scope="module")
def land(embedded: Server) -> Land:
    land = Land(connected(embedded, "eu-central-2"))
    land.vpc("north", "10.1.0.0/16", Name="north", Side="ours")
    land.vpc("south", "10.2.0.0/16", Name="south", Side="ours")
    land.subnet("public", "north", "10.1.1.0/24", Tier="public")
    land.subnet("private", "north", "10.1.2.0/24", Tier="private", Team="data")
    land.subnet("far", "south", "10.2.1.0/24", Tier="private")
    land.group("open", "north", Door="open")
    land.group("shut", "north", Door="shut")
    land.group("remote", "south", Door="open", Only="south")
    return land


def test_a_vpc_by_tag_and_what_carries_tags_in_it(land: Land) -> None:
    assert land.read(vpc={"Name": "north"}, subnets={"Tier": "private"}, security_groups={"Door": "open"}) == {
        "vpc": "north",
        "subnets": {"private"},
        "ipv6": set(),
        "security_groups": {"open"},
    }


def test_all_subnets_of_a_chosen_vpc(land: Land) -> None:
    for vpc in (("north",), {"Name": "north", "Side": "ours"}):
        found = land.read(vpc=vpc)
        assert (found["vpc"], found["subnets"], found["security_groups"]) == ("north", {"public", "private"}, set())


def test_subnets_tell_the_vpc(land: Land) -> None:
    assert land.read(subnets=("far",))["vpc"] == "south"
    assert land.read(subnets={"Tier": "private", "Team": "data"})["vpc"] == "north"


def test_groups_by_id(land: Land) -> None:
    assert land.read(subnets=("public",), security_groups=("shut", "open"))["security_groups"] == {"open", "shut"}


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"vpc": {"Side": "ours"}}, "2 VPCs have the tags Side=ours: vpc-[0-9a-f]+, vpc-[0-9a-f]+$"),
        ({"vpc": {"Name": "west"}}, "no VPC in eu-central-2 has the tags Name=west$"),
        ({"vpc": {"Name": "n*"}}, r"no VPC in eu-central-2 has the tags Name=n\*$"),
        ({"vpc": ("vpc-00000000",)}, "there is no VPC vpc-00000000 with subnets in eu-central-2$"),
        ({"vpc": ("north",), "subnets": ("public", "far")}, "not in VPC vpc-[0-9a-f]+: subnet-[0-9a-f]+$"),
        (
            {"vpc": ("south",), "subnets": {"Tier": "public"}},
            "no subnet in VPC vpc-[0-9a-f]+ has the tags Tier=public$",
        ),
        ({"subnets": {"Tier": "none"}}, "no subnet in eu-central-2 has the tags Tier=none$"),
        ({"subnets": {"Tier": "private"}}, "the subnets of network: are in 2 VPCs: vpc-[0-9a-f]+, vpc-[0-9a-f]+$"),
        (
            {"subnets": ("public", "subnet-00000000")},
            "not all of these subnets are there: subnet-[0-9a-f]+, subnet-0+$",
        ),
        (
            {"subnets": ("public",), "security_groups": ("open", "remote")},
            "not in VPC vpc-[0-9a-f]+, where the subnets are: sg-[0-9a-f]+$",
        ),
        (
            {"subnets": ("public",), "security_groups": {"Only": "south"}},
            "no security group in VPC vpc-[0-9a-f]+ has the tags Only=south$",
        ),
        ({"subnets": ("public",), "security_groups": ("sg-00000000",)}, "not all of these security groups are there: "),
    ],
)
def test_what_no_task_could_be_given_is_refused(chosen: dict[str, Any], message: str, land: Land) -> None:
    with pytest.raises(UsageError, match=message):
        land.read(**chosen)


def test_more_than_a_task_can_be_given_is_refused_and_the_first_are_named(land: Land) -> None:
    land.vpc("crowded", "10.3.0.0/16", Name="crowded")
    for number in range(17):
        land.subnet(f"crowd-{number}", "crowded", f"10.3.{number}.0/24")
    for number in range(6):
        land.group(f"crew-{number}", "crowded", Crew="all")
    with pytest.raises(UsageError, match="17 subnets are more than the 16 that a task can be given") as refusal:
        land.read(vpc=("crowded",))
    assert (refusal.value.hint or "").count("subnet-") == 16
    with pytest.raises(UsageError, match="6 security groups are more than the 5"):
        land.read(subnets=("crowd-1",), security_groups={"Crew": "all"})
