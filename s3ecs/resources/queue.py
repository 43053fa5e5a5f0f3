"""An SQS queue for dead letters: events that could not start their run."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources import policy
from s3ecs.resources.owned import ADOPTED_TAG, PART_TAG, STACK_TAG, Owned, Tags, making, nominated

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

GONE = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}
DELETED_RECENTLY = {"AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"}
FORTNIGHT = 14 * 24 * 3600
OWN_KEY: Final = "SSE-SQS"
UNENCRYPTED: Final = "none"
NOWHERE: Final = "none"
LARGEST_EVENT: Final = 262_144  # bytes; AWS: what a queue takes where nobody says otherwise is this or more


@dataclass(frozen=True, eq=False, kw_only=True)
class Queue(Owned):
    """Its id is its URL, which is computed."""

    kind: ClassVar[str] = "queue"
    outlives: ClassVar[bool] = True

    statements: tuple[policy.Statement, ...]

    def desired(self, ids: Ids) -> Props:
        return {
            "retention_seconds": FORTNIGHT,
            "encryption": OWN_KEY,
            "message_bytes": LARGEST_EVENT,
            "delay_seconds": 0,
            "moved_to": NOWHERE,
            "policy": policy.document(list(self.statements)),
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        url = url_of(aws.environment, self.name)
        found, tags = aws.all_of_it(lambda: attributes_of(aws, url), lambda: tags_of(aws, url))
        if found is None:
            return None
        props = {
            "retention_seconds": int(found["MessageRetentionPeriod"]),
            "encryption": _encryption(found),
            "message_bytes": min(int(found["MaximumMessageSize"]), LARGEST_EVENT),
            "delay_seconds": int(found["DelaySeconds"]),
            "moved_to": found.get("RedrivePolicy") or NOWHERE,
            "policy": policy.normal(found.get("Policy") or "{}"),
            "tags": self.own(tags),
        }
        return Observed(url, props, tags.get(STACK_TAG), adopted=ADOPTED_TAG in tags)

    def create(self, aws: Aws, props: Props) -> str:
        def make() -> None:
            aws.sqs.create_queue(QueueName=self.name, Attributes=_wanted(props), tags=props["tags"])

        with making("QueueAlreadyExists", "QueueNameExists"):
            # AWS: the name of a deleted queue is free again after sixty seconds.
            what = f"the name of the deleted queue {self.name} to be free"
            aws.again_while(DELETED_RECENTLY, what, make, seconds=120, every=5)
        return url_of(aws.environment, self.name)

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        url = url_of(aws.environment, self.name)
        if changed - {"tags"}:
            mended = {key: text for setting in sorted(changed & MENDED.keys()) for key, text in MENDED[setting].items()}
            # AWS: a key of KMS is taken off by an empty name, and the two ways to encrypt exclude each other.
            keyed = "encryption" in changed and (attributes_of(aws, url) or {}).get("KmsMasterKeyId")
            mended |= {"KmsMasterKeyId": ""} if keyed else {}
            aws.sqs.set_queue_attributes(QueueUrl=url, Attributes=_wanted(props) | mended)
        if "tags" in changed:
            aws.sqs.tag_queue(QueueUrl=url, Tags=props["tags"])

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        unless(GONE, lambda: aws.sqs.delete_queue(QueueUrl=found.id))

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for _, name, _ in nominated(aws, stack, aws.environment.arn("sqs", "")):
            url = url_of(aws.environment, name)
            tags = {} if name in known else tags_of(aws, url)
            if tags.get(STACK_TAG) == stack:
                yield Found(cls.kind, name, url, tags.get(PART_TAG), adopted=ADOPTED_TAG in tags)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.arn("sqs", self.name)
        yield grant.read("sqs:GetQueueAttributes", "sqs:ListQueueTags", on=arn)
        yield grant.create("sqs:CreateQueue", "sqs:TagQueue", on=arn)
        yield grant.update("sqs:SetQueueAttributes", "sqs:TagQueue", on=arn)
        # AWS: a queue's tags are no condition in all regions ("Attribute-based access control for Amazon SQS" excepts
        # Hyderabad, Melbourne, Spain and Zurich), so it is its name alone that is granted.
        yield grant.delete("sqs:DeleteQueue", on=arn)

    @classmethod
    def holds(cls, aws: Aws, name: str) -> str | None:
        depth = depth_of(aws, url_of(aws.environment, name))
        return f"{depth} undelivered events" if depth else None


def url_of(environment: Environment, name: str) -> str:
    """The URL of a queue of this account and region."""
    return f"https://sqs.{environment.region}.{environment.dns_suffix}/{environment.account}/{name}"


def tags_of(aws: Aws, url: str) -> Tags:
    """All tags of a queue, none where it is absent."""

    def ask() -> Tags:
        found: Any = unless(GONE, lambda: aws.sqs.list_queue_tags(QueueUrl=url)) or {}
        return dict(found.get("Tags", {}))

    return dict(aws.once(f"tags of {url}", ask))


def depth_of(aws: Aws, url: str) -> int:
    """How many messages wait in a queue, or are being read; 0 where it is absent."""
    found = attributes_of(aws, url) or {}
    return sum(int(found.get(f"ApproximateNumberOfMessages{state}", 0)) for state in ("", "NotVisible", "Delayed"))


def attributes_of(aws: Aws, url: str) -> dict[str, str] | None:
    """All attributes of a queue, None where it is absent."""

    def ask() -> dict[str, str] | None:
        found = unless(GONE, lambda: aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]))
        return None if found is None else dict(found.get("Attributes", {}))

    return aws.once(f"attributes of {url}", ask)


MENDED: Final = {
    "message_bytes": {"MaximumMessageSize": str(LARGEST_EVENT)},
    "delay_seconds": {"DelaySeconds": "0"},
    "moved_to": {"RedrivePolicy": ""},
}
"""What a new queue need not be told, by setting."""


def _encryption(found: dict[str, str]) -> str:
    """SQS's own key, the name of one of KMS, or that there is none."""
    return found.get("KmsMasterKeyId") or (OWN_KEY if found.get("SqsManagedSseEnabled") == "true" else UNENCRYPTED)


def _wanted(props: Props) -> dict[str, str]:
    return {
        "MessageRetentionPeriod": str(props["retention_seconds"]),
        "SqsManagedSseEnabled": "true",
        "Policy": policy.text(props["policy"]),
    }
