"""The network that tasks run in and somebody else has made: the default VPC's, or what the spec chooses."""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import UsageError
from s3ecs.resources.owned import from_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

# AWS: zones without Fargate, by the ids that are the same in every account.
WITHOUT_FARGATE = {"use1-az3", "usw1-az2", "apne1-az3"}
# AWS: what RunTask takes.
MAX_SUBNETS: Final = 16
MAX_GROUPS: Final = 5

Choice = tuple[str, ...] | Mapping[str, str]
"""Ids, or tags that whatever is meant carries; empty where nothing is chosen."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Network(Given):
    """Its id is the VPC's. Where no subnets are chosen they are those of the chosen VPC, else of the default one."""

    kind: ClassVar[str] = "network"

    vpc: Choice = ()
    subnets: Choice = ()
    security_groups: Choice = ()

    @property
    def vpcs(self) -> tuple[str, ...]:
        """The ids that its VPC may have, as IAM's patterns."""
        return self.vpc if _by_id(self.vpc) and isinstance(self.vpc, tuple) else ("*",)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield grant.unleveled("ec2:DescribeSubnets")
        if self.vpc and not _by_id(self.vpc):
            yield grant.unleveled("ec2:DescribeVpcs")
        if self.security_groups:
            yield grant.unleveled("ec2:DescribeSecurityGroups")

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where what is chosen is not there, is too much, or lies in more than one VPC."""
        question = f"network {self.vpc} {self.subnets} {self.security_groups}"
        return aws.once(question, lambda: self._read(aws))

    def _read(self, aws: Aws) -> Observed:
        vpc = self._chosen_vpc(aws)
        found, groups = aws.together(lambda: self._subnets(aws, vpc), lambda: self._groups(aws))
        vpc = _one_vpc(aws, found, vpc)
        able = [each for each in found if _by_id(self.subnets) or each.get("AvailabilityZoneId") not in WITHOUT_FARGATE]
        subnets = sorted(each["SubnetId"] for each in able)
        if not (self.vpc or self.subnets):
            subnets = subnets[:MAX_SUBNETS]
        _refuse_too_many("subnets", subnets, MAX_SUBNETS)
        ids = sorted(each["GroupId"] for each in self._groups_in(vpc, groups))
        _refuse_too_many("security groups", ids, MAX_GROUPS)
        # AWS: in a subnet with addresses of IPv6 a task has one too, and in any other it has none.
        six = sorted({each["SubnetId"] for each in found if each.get("Ipv6CidrBlockAssociationSet")} & set(subnets))
        return Observed(vpc, {"vpc": vpc, "subnets": subnets, "ipv6": six, "security_groups": ids}, None)

    def _chosen_vpc(self, aws: Aws) -> str | None:
        if _by_id(self.vpc):
            return next(iter(self.vpc))
        if not self.vpc:
            return None
        found = _tagged(self.vpc, lambda only: aws.ec2.describe_vpcs(Filters=only)["Vpcs"])
        if not found:
            raise _nothing("VPC", self.vpc, aws.environment.region)
        if len(found) > 1:
            several = ", ".join(sorted(each["VpcId"] for each in found))
            raise UsageError(
                f"{len(found)} VPCs have the tags {_words(self.vpc)}: {several}",
                hint="write one of these ids under network: vpc: in the spec",
            )
        return str(found[0]["VpcId"])

    def _subnets(self, aws: Aws, vpc: str | None) -> list[dict[str, Any]]:
        def ask(**only: Any) -> list[dict[str, Any]]:
            return list(aws.ec2.describe_subnets(**only)["Subnets"])

        # AWS: MapPublicIpOnLaunch says nothing of Fargate tasks, so the subnets are taken as they are.
        if _by_id(self.subnets):
            found = unless({"InvalidSubnetID.NotFound"}, lambda: ask(SubnetIds=list(self.subnets)))
            return _there("subnets", self.subnets, found)
        if not self.subnets:
            where = ("vpc-id", vpc) if vpc else ("default-for-az", "true")
            return ask(Filters=[{"Name": where[0], "Values": [where[1]]}])
        found = _tagged(self.subnets, lambda only: ask(Filters=only))
        found = [each for each in found if vpc in (None, each["VpcId"])]
        if not found:
            raise _nothing("subnet", self.subnets, f"VPC {vpc}" if vpc else aws.environment.region)
        return found

    def _groups(self, aws: Aws) -> list[dict[str, Any]]:
        def ask(**only: Any) -> list[dict[str, Any]]:
            return list(aws.ec2.describe_security_groups(**only)["SecurityGroups"])

        if not self.security_groups:
            return []
        if _by_id(self.security_groups):
            found = unless({"InvalidGroup.NotFound"}, lambda: ask(GroupIds=list(self.security_groups)))
            return _there("security groups", self.security_groups, found)
        return _tagged(self.security_groups, lambda only: ask(Filters=only))

    def _groups_in(self, vpc: str, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those in the VPC; of groups chosen by id none may be elsewhere, of those chosen by tag some must be there."""
        there = [each for each in groups if each["VpcId"] == vpc]
        if _by_id(self.security_groups) and there != groups:
            others = ", ".join(sorted(each["GroupId"] for each in groups if each["VpcId"] != vpc))
            raise UsageError(
                f"not in VPC {vpc}, where the subnets are: {others}",
                hint="name security groups of that VPC under network: in the spec, or leave them out to have one made",
            )
        if self.security_groups and not there:
            raise _nothing("security group", self.security_groups, f"VPC {vpc}")
        return there


def _by_id(choice: Choice) -> bool:
    return bool(choice) and not isinstance(choice, Mapping)


def _tagged(choice: Choice, ask: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Whatever carries exactly these tags. AWS: a filter reads ``*`` and ``?`` as wildcards, so it finds more."""
    wanted = dict(choice) if isinstance(choice, Mapping) else {}
    found = ask([{"Name": f"tag:{key}", "Values": [value]} for key, value in wanted.items()])
    return [each for each in found if wanted.items() <= from_pairs(each.get("Tags", ())).items()]


def _there(what: str, ids: Iterable[str], found: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    if found is None:
        raise UsageError(
            f"not all of these {what} are there: {', '.join(ids)}",
            hint="look at network: in the spec, and at the account and region",
        )
    return found


def _one_vpc(aws: Aws, subnets: list[dict[str, Any]], chosen: str | None) -> str:
    vpcs = {each["VpcId"] for each in subnets}
    if not vpcs and chosen:
        raise UsageError(
            f"there is no VPC {chosen} with subnets in {aws.environment.region}",
            hint="look at network: vpc: in the spec, and at the account and region",
        )
    if not vpcs:
        raise UsageError(
            f"there is no default VPC with subnets in {aws.environment.region}",
            hint="name subnets under network: in the spec, or make one: aws ec2 create-default-vpc",
        )
    if chosen and vpcs != {chosen}:
        others = ", ".join(sorted(each["SubnetId"] for each in subnets if each["VpcId"] != chosen))
        raise UsageError(f"not in VPC {chosen}: {others}", hint="name subnets of that VPC, or leave vpc: out")
    if len(vpcs) > 1:
        raise UsageError(
            f"the subnets of network: are in {len(vpcs)} VPCs: {', '.join(sorted(vpcs))}",
            hint="name subnets of one VPC, or the VPC under network: vpc: in the spec",
        )
    return str(vpcs.pop())


def _refuse_too_many(what: str, ids: list[str], most: int) -> None:
    if len(ids) > most:
        raise UsageError(
            f"{len(ids)} {what} are more than the {most} that a task can be given",
            hint=f"name some of them under network: in the spec: {', '.join(ids[:most])}",
        )


def _nothing(what: str, choice: Choice, where: str) -> UsageError:
    return UsageError(
        f"no {what} in {where} has the tags {_words(choice)}",
        hint="look at network: in the spec, and at the account and region",
    )


def _words(choice: Choice) -> str:
    tags = choice if isinstance(choice, Mapping) else {}
    return ", ".join(f"{key}={value}" for key, value in tags.items())
