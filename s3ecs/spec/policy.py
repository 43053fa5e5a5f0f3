"""The keys of one statement of a job's ``policy``, in IAM's own shape."""

from __future__ import annotations

import re
from typing import Any

from s3ecs.spec.nodes import Sequence, describe
from s3ecs.spec.scalars import choice, matching, text, whole, written
from s3ecs.spec.values import Reader, Value, Wrong, either, many, record, takes

_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_ARN = re.compile(r"arn:[^\s]*")
_OPERATOR = re.compile(r"(ForAllValues:|ForAnyValue:)?[A-Za-z]+")
# AWS: a policy's text has tab, newlines and the characters U+0020 to U+00FF.
_ALPHABET = re.compile(r"[\t\n\r\u0020-\u00ff]*")


@takes({"type": "string", "pattern": whole(_ACTION.pattern)})
def action(value: Value) -> str:
    """Read ``service:Name``, wildcards in the name only."""
    found = text(value)
    if found.startswith("*"):
        raise Wrong("allows everything: name the service and the actions, such as s3:GetObject")
    if not _ACTION.fullmatch(found):
        raise Wrong(f"must be an action such as s3:GetObject or s3:Get*, not {describe(value.node)}")
    return found


@takes({**written.schema(), "pattern": whole(_ALPHABET.pattern)})
def _latin(value: Value) -> str:
    found = written(value)
    if not _ALPHABET.fullmatch(found):
        raise Wrong("IAM takes the characters up to U+00FF only: write * or ? for the others")
    return found


@takes({"type": "string", "pattern": whole(rf"\*|{_ARN.pattern}")})
def resource(value: Value) -> str:
    """Read an ARN or ``*``; ``${account}`` and ``${region}`` stay, and so do IAM's own variables."""
    found = _latin(value)
    if found != "*" and not _ARN.fullmatch(found):
        raise Wrong(f"must be an ARN such as arn:aws:s3:::bucket/folder/*, or *, not {describe(value.node)}")
    return found


def _listed(read: Reader[str]) -> Reader[list[str]]:
    """Make a reader of one value or a list of them, as IAM takes both."""
    several = many(read, at_least=1, what="value")

    @takes(either(read, several))
    def reader(value: Value) -> list[str]:
        return list(several(value)) if isinstance(value.node, Sequence) else [read(value)]

    return reader


@takes({"type": "object", "additionalProperties": _listed(_latin).schema()})
def _tests(value: Value) -> dict[str, list[str]]:
    return {
        key: values for key, entry in value.entries().items() if (values := entry.attempt(_listed(_latin))) is not None
    }


@takes(
    {
        "type": "object",
        "propertyNames": {"pattern": whole(_OPERATOR.pattern)},
        "additionalProperties": _tests.schema(),
    }
)
def condition(value: Value) -> dict[str, dict[str, list[str]]]:
    """Read ``operator: {key: value or list}``."""
    found: dict[str, dict[str, list[str]]] = {}
    for operator, entry in value.entries().items():
        if not _OPERATOR.fullmatch(operator):
            message = "must be an operator of IAM such as StringEquals or ArnLike"
            value.findings.add(entry.path, message, entry.head)
        elif (tests := entry.attempt(_tests)) is not None:
            found[operator] = tests
    return found


_KEYS: dict[str, Reader[Any]] = {
    "Sid": matching(r"[A-Za-z0-9]+", "letters and digits", longest=100),
    "Effect": choice(("Allow", "Deny")),
    "Action": _listed(action),
    "Resource": _listed(resource),
    "Condition": condition,
}
_REFUSED = {
    "NotAction": "allows more than anybody can list: write Action",
    "NotResource": "allows more than anybody can list: write Resource",
    "Principal": "has no place in a role's policy: leave it out",
}
_STATEMENT = record(_KEYS, required=("Action", "Resource"), refused=_REFUSED)


@takes(_STATEMENT.schema)
def statement(value: Value) -> dict[str, Any]:
    """Read one statement; Effect is filled in, and Action, Resource and the values of a Condition become lists."""
    return {"Effect": "Allow"} | _STATEMENT(value)
