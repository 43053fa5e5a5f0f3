"""A CloudWatch log group: a job's lines, or the machines' errors, kept for some days."""

from __future__ import annotations

from collections.abc import Callable, Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources.key import Key  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.log_key import usable
from s3ecs.resources.owned import ADOPTED_TAG, PART_TAG, STACK_TAG, Owned, Tags, carrying, making, nominated, with_tags

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

GONE: Final = {"ResourceNotFoundException"}
OWN_KEYS: Final = "none"
CHANGED_WITHIN: Final = 60.0  # seconds
# AWS: Step Functions writes this stream when logging is set up; it holds nothing of the user's.
VALIDATION_STREAM: Final = "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"


@dataclass(frozen=True, eq=False, kw_only=True)
class LogGroup(Owned):
    """Its id is its ARN without the ``:*`` that describing it adds.

    ``encrypted_by`` is the key of a customer's, None for CloudWatch Logs' own. What is there already stays encrypted as
    it was, and is read for as long as CloudWatch Logs may use that key.
    """

    kind: ClassVar[str] = "log-group"
    outlives: ClassVar[bool] = True

    retention_days: int
    encrypted_by: Key | None = None

    def desired(self, ids: Ids) -> Props:
        key = OWN_KEYS if self.encrypted_by is None else ids.of(self.encrypted_by)
        return {"retention_days": self.retention_days, "kms_key": key, "tags": dict(self.tags)}

    def read(self, aws: Aws) -> Observed | None:
        arn = aws.environment.arn("logs", f"log-group:{self.name}")
        group, tags = with_tags(
            aws, self.tags, arn, lambda: _listed(aws, self.name).get(self.name), lambda: _tags(aws, arn)
        )
        if group is None:
            return None
        # AWS: where a policy of the account's own has taken over, its days are told, and a group's count for nothing.
        of_account = "retentionPolicyName" in group
        props = {
            "retention_days": self.retention_days if of_account else group.get("retentionInDays", 0),
            "kms_key": group.get("kmsKeyId", OWN_KEYS),
            "tags": self.own(tags),
        }
        return Observed(arn, props, tags.get(STACK_TAG), adopted=ADOPTED_TAG in tags)

    def create(self, aws: Aws, props: Props) -> str:
        key = {} if props["kms_key"] == OWN_KEYS else {"kmsKeyId": props["kms_key"]}
        with making("ResourceAlreadyExistsException"), usable(aws.environment):
            create = partial(aws.logs.create_log_group, logGroupName=self.name, tags=props["tags"], **key)
            self._once_free(aws, create)
        self.update(aws, props, frozenset({"retention_days"}))
        return aws.environment.arn("logs", f"log-group:{self.name}")

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        if "retention_days" in changed:
            days = props["retention_days"]
            self._once_free(aws, partial(aws.logs.put_retention_policy, logGroupName=self.name, retentionInDays=days))
        if "kms_key" in changed:
            self._encrypt(aws, props["kms_key"])
        if "tags" in changed:
            arn = aws.environment.arn("logs", f"log-group:{self.name}")
            aws.logs.tag_resource(resourceArn=arn, tags=props["tags"])

    def _encrypt(self, aws: Aws, key: str) -> None:
        if key == OWN_KEYS:
            self._once_free(aws, partial(aws.logs.disassociate_kms_key, logGroupName=self.name))
            return
        with usable(aws.environment):  # AWS: in the place of any other key
            self._once_free(aws, partial(aws.logs.associate_kms_key, logGroupName=self.name, kmsKeyId=key))

    def _once_free(self, aws: Aws, call: Callable[[], Any]) -> None:
        # AWS: said while somebody else makes or changes it.
        codes = {"OperationAbortedException"}
        aws.again_while(codes, f"another change of {self.title} to end", call, seconds=CHANGED_WITHIN)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        unless(GONE, lambda: aws.logs.delete_log_group(logGroupName=found.name))

    def grants(self, environment: Environment) -> Iterator[Grant]:
        # The groups in the stack's folder are those of its jobs, also of jobs that are no more.
        folder = f"/s3ecs/{self.stack}/"
        name = f"{folder}*" if self.name.startswith(folder) else self.name
        group = environment.arn("logs", f"log-group:{name}")
        # AWS: tags are asked for under the ARN as it is, all else under one with something behind it.
        inside = group if name.endswith("*") else f"{group}:*"
        yield grant.unleveled("logs:DescribeLogGroups")
        yield grant.read("logs:ListTagsForResource", on=group)
        yield grant.read("logs:DescribeLogStreams", on=inside)
        yield grant.create("logs:CreateLogGroup", "logs:TagResource", "logs:PutRetentionPolicy", on={group, inside})
        yield grant.update("logs:PutRetentionPolicy", "logs:DisassociateKmsKey", on=inside)
        if self.encrypted_by is not None:
            yield grant.update("logs:AssociateKmsKey", on=inside)
        yield grant.update("logs:TagResource", on=group)
        # AWS: "Using identity-based policies for CloudWatch Logs" has aws:ResourceTag for all actions but
        # DescribeLogGroups, and no condition on which tags are put on.
        yield grant.delete("logs:DeleteLogGroup", on=inside, when=carrying(self.stack))

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for _, listed, _ in nominated(aws, stack, aws.environment.arn("logs", "log-group:")):
            name = listed.removesuffix(":*")  # AWS: some lists name a group with what it holds
            arn = aws.environment.arn("logs", f"log-group:{name}")
            if name not in known and name in _listed(aws, name):
                tags = _tags(aws, arn)
                if tags.get(STACK_TAG) == stack:
                    yield Found(cls.kind, name, arn, tags.get(PART_TAG), adopted=ADOPTED_TAG in tags)

    @classmethod
    def holds(cls, aws: Aws, name: str) -> str | None:
        found = unless(GONE, lambda: aws.logs.describe_log_streams(logGroupName=name, limit=2))
        streams = [each for each in (found or {}).get("logStreams", ()) if each["logStreamName"] != VALIDATION_STREAM]
        return "log lines" if streams else None


def _listed(aws: Aws, name: str) -> dict[str, Any]:
    """All groups of the folder that ``name`` stands in: one list serves every job. The root's would be too long."""
    folder = name[: name.rfind("/") + 1]
    folder = name if folder in ("", "/") else folder

    def ask() -> dict[str, Any]:
        listed = aws.pages(aws.logs, "describe_log_groups", "logGroups", logGroupNamePrefix=folder)
        return {group["logGroupName"]: group for group in listed}

    return aws.once(f"log groups in {folder}", ask)


def _tags(aws: Aws, arn: str) -> Tags:
    found: Any = unless(GONE, lambda: aws.logs.list_tags_for_resource(resourceArn=arn)) or {}
    return dict(found.get("tags", {}))
