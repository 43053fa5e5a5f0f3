"""An EC2 VPC: the network of a stack's own, with nothing of anybody else's in it."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws import grant
from s3ecs.resources import ec2
from s3ecs.resources.network_part import NetworkPart
from s3ecs.resources.owned import STACK_TAG

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Ids, Props

# AWS: each attribute is asked for, and set, by a call of its own.
DNS = {"support": "EnableDnsSupport", "hostnames": "EnableDnsHostnames"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Vpc(NetworkPart):
    """One of another ``cidr`` is another network: the stack gets a new one, and the former is pruned after that."""

    kind: ClassVar[str] = "vpc"
    sort: ClassVar[ec2.Sort] = ec2.VPC
    made_by: ClassVar[str] = "ec2:CreateVpc"
    put_by: ClassVar[tuple[str, ...]] = ("ec2:ModifyVpcAttribute",)
    removed_by: ClassVar[tuple[str, ...]] = ("ec2:DeleteVpc",)
    fixed: ClassVar[frozenset[str]] = frozenset({"cidr"})
    put_after: ClassVar[frozenset[str]] = frozenset({"dns"})

    cidr: str

    def wanted(self, ids: Ids) -> Props:
        return {"cidr": self.cidr, "dns": dict.fromkeys(DNS, True)}

    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        answers = aws.together(*(partial(_attribute, aws, found["VpcId"], name) for name in DNS.values()))
        return {"cidr": found["CidrBlock"], "dns": dict(zip(DNS, answers, strict=True))}

    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        return bool(found["CidrBlock"] == self.cidr)

    def own_id(self, aws: Aws) -> str | None:
        """The id of the stack's VPC, None while there is none.

        Where there is but one of its name that is nobody's, it is that: it is adopted, or nothing is done at all.
        """
        if ours := self.candidates(aws):
            return str(ours[0]["VpcId"])
        other = self.stranger(aws)
        nobodys = other is not None and STACK_TAG not in ec2.tags_of(other) and self.fits(aws, other)
        return str(other["VpcId"]) if other is not None and nobodys else None

    def make(self, client: Any, props: Props) -> dict[str, Any]:
        return dict(client.create_vpc(CidrBlock=props["cidr"], TagSpecifications=self.tagging(props))["Vpc"])

    def put(self, aws: Aws, found: dict[str, Any], props: Props, changed: frozenset[str]) -> None:
        if "dns" in changed:
            for key, name in DNS.items():
                setting = {name: {"Value": props["dns"][key]}}
                self.once_seen(aws, partial(aws.ec2.modify_vpc_attribute, VpcId=found["VpcId"], **setting))

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield from super().grants(environment)
        yield grant.read("ec2:DescribeVpcAttribute", on=environment.arn("ec2", "vpc/*"))

    @classmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        aws.ec2.delete_vpc(VpcId=found_id)


def _attribute(aws: Aws, vpc: str, name: str) -> bool:
    answer = aws.ec2.describe_vpc_attribute(VpcId=vpc, Attribute=f"{name[0].lower()}{name[1:]}")
    return bool(answer[name]["Value"])
