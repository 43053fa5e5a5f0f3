"""A message from a rule to a queue: its region, kind and policy are looked at as AWS does."""

from __future__ import annotations

from typing import Any

from s3ecs.local import backends, resource_policy
from s3ecs.local.backends import Place
from s3ecs.local.pipeline.undeliverable import Undeliverable, because_of

_SENDER = "events.amazonaws.com"
_ACTION = "sqs:sendmessage"


def send(rule: Any, arn: str, text: str, attributes: dict[str, str] | None = None, group: str | None = None) -> None:
    """Put the text into the queue as EventBridge on behalf of the rule; raises Undeliverable."""
    place = Place.of_arn(arn)
    if place.region != rule.region_name:
        raise Undeliverable("NO_RESOURCE", f"{arn} is not in the rule's region {rule.region_name}")
    name = arn.rpartition(":")[2]
    try:
        queue = place.queues.get_queue(name)
        if not permits(queue.policy, rule, arn):
            # AWS: the queue's policy alone lets EventBridge in; there is no role for queues.
            raise Undeliverable("NO_PERMISSIONS", f"the policy of {arn} does not let {rule.arn} send to it")
        told = {key: {"DataType": "String", "StringValue": value} for key, value in (attributes or {}).items()}
        place.queues.send_message(name, text, message_attributes=told, group_id=group)
    except backends.ERRORS as error:
        raise because_of(error) from error


def permits(policy: str | None, rule: Any, queue: str) -> bool:
    """Whether the queue's policy lets the rule send."""
    context = {"aws:sourcearn": rule.arn, "aws:sourceaccount": rule.account_id}
    return resource_policy.permits(policy, service=_SENDER, action=_ACTION, resource=queue, context=context)
