"""What IAM keeps of a role, each by a call of its own. To take something off a role that is not there is fine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.aws.faults import unless
from s3ecs.resources.owned import Tags, from_pairs

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws

GONE: Final = {"NoSuchEntity"}


def found(aws: Aws, name: str) -> tuple[dict[str, Any], Tags] | None:
    """The role and its tags; None where it is absent."""
    answer = unless(GONE, lambda: aws.iam.get_role(RoleName=name))
    return None if answer is None else (answer["Role"], from_pairs(answer["Role"].get("Tags", ())))


def tags_of(aws: Aws, name: str) -> Tags:
    """All its tags."""
    answer: Any = unless(GONE, lambda: aws.iam.list_role_tags(RoleName=name)) or {}
    return from_pairs(answer.get("Tags", ()))


def inline(aws: Aws, name: str) -> list[str]:
    """The names of the policies that stand in it; one of GONE is raised where it is absent."""
    return list(aws.pages(aws.iam, "list_role_policies", "PolicyNames", RoleName=name))


def attached(aws: Aws, name: str) -> list[str]:
    """The ARNs of the policies that are attached to it; likewise."""
    listed = aws.pages(aws.iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    return [each["PolicyArn"] for each in listed]


def delete_inline(aws: Aws, role: str, name: str) -> None:
    """Take a policy out of it."""
    unless(GONE, lambda: aws.iam.delete_role_policy(RoleName=role, PolicyName=name))


def detach(aws: Aws, role: str, arn: str) -> None:
    """Take a policy off it."""
    unless(GONE, lambda: aws.iam.detach_role_policy(RoleName=role, PolicyArn=arn))
