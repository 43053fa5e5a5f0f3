"""A message from a rule to a queue: its region, kind and policy are looked at as AWS does."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from s3ecs.local import backends
from s3ecs.local.backends import Place
from s3ecs.local.pipeline.undeliverable import Undeliverable, because_of

_SENDER = "events.amazonaws.com"
_OPERATORS = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")


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
    """Whether the queue's policy lets the rule send. A condition that is not known here neither forbids nor denies."""
    statements = json.loads(policy)["Statement"] if policy else []
    statements = statements if isinstance(statements, list) else [statements]
    meant = [one for one in statements if _is_meant(one, queue)]
    if any(one["Effect"] == "Deny" and _holds(one, rule, unknown=False) for one in meant):
        return False
    return any(one["Effect"] == "Allow" and _holds(one, rule, unknown=True) for one in meant)


def _is_meant(statement: dict[str, Any], queue: str) -> bool:
    principal = statement.get("Principal", {})
    services = ["*"] if principal == "*" else [*_listed(principal.get("Service")), *_listed(principal.get("AWS"))]
    return (
        (_SENDER in services or "*" in services)
        and any(fnmatchcase("sqs:sendmessage", action.lower()) for action in _listed(statement.get("Action")))
        and any(fnmatchcase(queue, resource) for resource in _listed(statement.get("Resource")))
    )


def _holds(statement: dict[str, Any], rule: Any, *, unknown: bool) -> bool:
    known = {"aws:sourcearn": rule.arn, "aws:sourceaccount": rule.account_id}
    held = []
    for operator, tests in statement.get("Condition", {}).items():
        for key, wanted in tests.items():
            if operator in _OPERATORS and key.lower() in known:
                held.append(any(fnmatchcase(known[key.lower()], pattern) for pattern in _listed(wanted)))
            elif key.lower() == "aws:securetransport":
                held.append(str(wanted).lower() == "true")  # the loopback is as private as TLS
            else:
                held.append(unknown)
    return all(held)


def _listed(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]
