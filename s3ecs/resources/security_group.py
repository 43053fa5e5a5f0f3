"""An EC2 security group for tasks: nothing comes in, everything goes out."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources import ec2
from s3ecs.resources.network import Network  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.network_part import SEEN_WITHIN
from s3ecs.resources.owned import (
    PART_TAG,
    STACK_TAG,
    Owned,
    asking_for,
    carrying,
    from_pairs,
    making,
    taking_over,
    to_pairs,
)
from s3ecs.resources.vpc import Vpc

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

GONE = {"InvalidGroup.NotFound", "InvalidGroupId.NotFound"}
IN_USE = {"DependencyViolation", "InvalidGroup.InUse"}
ALL_OUT: Final = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ALL_SIX: Final = {"CidrIpv6": "::/0"}


@dataclass(frozen=True, eq=False, kw_only=True)
class SecurityGroup(Owned):
    """Its id is what AWS gives it; its name is unique in its VPC.

    In a network of the stack's own those of the same name in other VPCs of the stack's are its twins.
    """

    kind: ClassVar[str] = "security-group"
    fixed: ClassVar[frozenset[str]] = frozenset({"vpc"})

    network: Network | Vpc

    def desired(self, ids: Ids) -> Props:
        return {
            "vpc": ids.of(self.network),
            "inbound": [],
            "outbound": [ALL_OUT],
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        groups = self._named(aws)
        ours = [group for group in groups if self._is_ours(group)]
        if isinstance(self.network, Vpc) or not ours:
            # A stranger of the same name is in the way in our VPC only.
            vpc = self._vpc(aws) if groups else None
            ours = [group for group in groups if group["VpcId"] == vpc]
        if not ours:
            return None
        group = ours[0]
        tags = from_pairs(group.get("Tags", ()))
        props = {
            "vpc": group["VpcId"],
            "inbound": _normal(group["IpPermissions"]),
            "outbound": _outbound(group["IpPermissionsEgress"]),
            "tags": self.own(tags),
        }
        return Observed(group["GroupId"], props, tags.get(STACK_TAG))

    def twins(self, aws: Aws) -> Iterator[Found]:
        if isinstance(self.network, Vpc):
            groups = self._named(aws)
            vpc = self._vpc(aws) if groups else None
            for group in groups:
                if self._is_ours(group) and group["VpcId"] != vpc:
                    yield Found(self.kind, group["GroupId"], group["GroupId"], self.part)

    def _vpc(self, aws: Aws) -> str | None:
        return self.network.own_id(aws) if isinstance(self.network, Vpc) else self.network.read(aws).id

    def _named(self, aws: Aws) -> list[dict[str, Any]]:
        only = [{"Name": "group-name", "Values": [self.name]}]
        question = f"security groups {self.name}"
        return aws.once(question, lambda: aws.ec2.describe_security_groups(Filters=only)["SecurityGroups"])

    def _is_ours(self, group: dict[str, Any]) -> bool:
        return from_pairs(group.get("Tags", ())).get(STACK_TAG) == self.stack

    def create(self, aws: Aws, props: Props) -> str:
        def make() -> str:
            made = aws.ec2.create_security_group(
                GroupName=self.name,
                Description=f"Tasks of the s3ecs stack {self.stack}",
                VpcId=props["vpc"],
                TagSpecifications=[{"ResourceType": "security-group", "Tags": to_pairs(props["tags"])}],
            )
            return str(made["GroupId"])

        # AWS: a new group lets nothing in and everything out.
        with making("InvalidGroup.Duplicate"):
            # AWS: EC2 does not see a new VPC at once.
            what = f"AWS to show the VPC of {self.title}"
            return aws.again_while({"InvalidVpcID.NotFound"}, what, make, seconds=SEEN_WITHIN)

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        seen = self.read(aws.fresh())
        if seen is None:
            return
        if "tags" in changed:
            # First: what is adopted may not be changed by whoever is allowed no more than what carries the stack's tag.
            aws.ec2.create_tags(Resources=[seen.id], Tags=to_pairs(props["tags"]))
        if "inbound" in changed:
            aws.ec2.revoke_security_group_ingress(GroupId=seen.id, IpPermissions=seen.props["inbound"])
        if "outbound" in changed:
            extra = [each for each in seen.props["outbound"] if each != ALL_OUT]
            if extra:
                aws.ec2.revoke_security_group_egress(GroupId=seen.id, IpPermissions=extra)
            if ALL_OUT not in seen.props["outbound"]:
                aws.ec2.authorize_security_group_egress(GroupId=seen.id, IpPermissions=[ALL_OUT])

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        def go() -> None:
            unless(GONE, lambda: aws.ec2.delete_security_group(GroupId=found.id))

        # AWS: the network interfaces of stopped tasks leave after seconds to minutes and cannot be hurried.
        aws.again_while(IN_USE, f"the network interfaces of {found.name} to leave", go, seconds=900, every=5)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        ours, asked = carrying(self.stack), asking_for(self.stack)
        any_group = environment.arn("ec2", "security-group/*")
        if isinstance(self.network, Vpc):
            groups = ec2.parts(environment)
            yield grant.create("ec2:CreateSecurityGroup", on=groups, when=ours)
        else:
            groups = [any_group]
            yield from self.network.grants(environment)  # which tells whose group is in the way
            vpcs = [environment.arn("ec2", f"vpc/{vpc}") for vpc in self.network.vpcs]
            yield grant.create("ec2:CreateSecurityGroup", on=vpcs)
        rules = ("ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress")
        yield grant.create("ec2:CreateSecurityGroup", on=groups, when=asked)
        yield grant.create("ec2:CreateTags", on=groups, when=ec2.tagging_what_is_made(self.stack))
        yield grant.update(*rules, "ec2:CreateTags", on=groups, when=ours)
        # AWS: no condition knows a group's name.
        yield grant.adopt("ec2:CreateTags", on=any_group, when=taking_over(self.stack))
        yield grant.delete("ec2:DeleteSecurityGroup", on=groups, when=ours)

    @classmethod
    def seeking(cls, environment: Environment, stack: str) -> Iterator[Grant]:
        yield grant.unleveled("ec2:DescribeSecurityGroups")

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        tagged = aws.ec2.describe_security_groups(Filters=[{"Name": f"tag:{STACK_TAG}", "Values": [stack]}])
        for group in tagged["SecurityGroups"]:
            if group["GroupName"] not in known:
                part = from_pairs(group["Tags"]).get(PART_TAG)
                yield Found(cls.kind, group["GroupName"], group["GroupId"], part)


def _normal(permissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Permissions without the empty lists that AWS adds, sorted."""
    kept = ({key: value for key, value in each.items() if value not in ([], None)} for each in permissions)
    return sorted(kept, key=str)


def _outbound(permissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """AWS: where the VPC has IPv6, a new group lets everything out there too; that is as it should be."""
    return [each for each in _normal([_without_all_six(each) for each in permissions]) if len(each) > 1]


def _without_all_six(permission: dict[str, Any]) -> dict[str, Any]:
    if permission["IpProtocol"] != ALL_OUT["IpProtocol"]:
        return permission
    return {**permission, "Ipv6Ranges": [six for six in permission.get("Ipv6Ranges", ()) if six != ALL_SIX]}
