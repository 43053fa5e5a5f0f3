"""What lies in the dead-letter queue: events that could not start their run, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3ecs.aws.faults import unless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws

LOOKS = 3  # AWS: one look asks some of the queue's servers only and may come back with nothing


@dataclass(frozen=True)
class DeadLetter:
    """One event: the rule and the object's key, AWS's code and message."""

    rule: str
    key: str
    code: str
    message: str


def peek(aws: Aws, url: str) -> Iterator[DeadLetter]:
    """Some of what lies there, left where it is; nothing where there is no queue."""
    seen: set[str] = set()
    for _ in range(LOOKS):
        answer = unless(
            {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"},
            lambda: aws.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageAttributeNames=["All"]
            ),
        )
        for message in (answer or {}).get("Messages", ()):
            if message["MessageId"] in seen:
                continue
            seen.add(message["MessageId"])
            noted = message.get("MessageAttributes", {})
            attributes = {name: each.get("StringValue", "") for name, each in noted.items()}
            yield DeadLetter(
                rule=attributes.get("RULE_ARN", "").rpartition("/")[2],
                key=_key(message["Body"]),
                code=attributes.get("ERROR_CODE", ""),
                message=attributes.get("ERROR_MESSAGE", ""),
            )


def _key(body: str) -> str:
    try:
        return str(json.loads(body)["detail"]["object"]["key"])
    except (ValueError, KeyError, TypeError):
        return ""  # not an event of ours; it is told without a key
