"""The revisions of a family of task definitions: which there are, what the latest says, and taking one out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.aws.faults import ClientError, code_of, message_of

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws


def latest(aws: Aws, family: str) -> dict[str, Any] | None:
    """The latest active one and its tags, None where there is none."""
    try:
        return dict(aws.ecs.describe_task_definition(taskDefinition=family, include=["TAGS"]))
    except ClientError as error:
        # AWS: the same code is given for other mistakes too.
        if code_of(error) == "ClientException" and "Unable to describe task definition" in message_of(error):
            return None
        raise


def arn_of(described: dict[str, Any]) -> str:
    """The ARN of one that was described."""
    return str(described["taskDefinition"]["taskDefinitionArn"])


def listed(aws: Aws, family: str, status: str) -> list[str]:
    """The ARNs of those that are ``ACTIVE`` or ``INACTIVE``."""
    # AWS: familyPrefix has been the prefix of a family's name, so that another's revisions may be among them.
    found = aws.pages(aws.ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix=family, status=status)
    return [arn for arn in found if arn.rpartition(":")[0].endswith(f":task-definition/{family}")]


def left(aws: Aws, family: str) -> set[str]:
    """The ARNs of all that are not deleted."""
    return {arn for status in ("ACTIVE", "INACTIVE") for arn in listed(aws, family, status)}


def deregister(aws: Aws, arn: str) -> None:
    """Let no new run use it."""
    aws.ecs.deregister_task_definition(taskDefinition=arn)
