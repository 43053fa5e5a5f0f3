"""The keys of a job's filter: beginnings, ends, wildcards, and a pattern in EventBridge's own words."""

from __future__ import annotations

import math
import re
from typing import Any

from s3ecs import pattern
from s3ecs.spec.nodes import Mapping, Scalar, Sequence, describe, trap
from s3ecs.spec.scalars import text
from s3ecs.spec.values import Value, Wrong, either, many, takes

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SAID_BY_THE_RULE = {
    "source": "aws.s3",
    "account": "this account",
    "region": "this region",
    "detail-type": "Object Created",
}


@takes({**text.schema(), "minLength": 1})
def _not_empty(value: Value) -> str:
    if not (found := text(value)):
        raise Wrong("an empty text fits every key: leave the whole list out")
    return found


_several = many(_not_empty, at_least=1, what="text")


@takes(either(text, _several))
def texts(value: Value) -> tuple[str, ...]:
    """Read one text or a list of them; none but an empty one is the same as no text at all."""
    if isinstance(value.node, Sequence):
        return _several(value)
    found = text(value)
    return (found,) if found else ()


@takes(text.schema)
def wildcard(value: Value) -> str:
    """Read a text in which ``*`` stands for any characters."""
    found = text(value)
    try:
        pattern.parse({"key": [{"wildcard": found}]})
    except pattern.InvalidPattern as refusal:
        raise Wrong(f"{refusal.reason} (* is any text, \\* a star)") from refusal
    return found


_wildcards = many(wildcard, at_least=1, what="wildcard")


@takes(either(wildcard, _wildcards))
def excluded(value: Value) -> tuple[str, ...]:
    """Read one wildcard or a list of them."""
    return _wildcards(value) if isinstance(value.node, Sequence) else (wildcard(value),)


@takes(
    {
        "type": "object",
        "properties": {"detail": {"type": "object"}},
        "required": ["detail"],
        "additionalProperties": False,
    }
)
def raw(value: Value) -> dict[str, Any]:
    """Read an event pattern; returns what stands under ``detail``, as the rule says all else itself."""
    entries = value.entries()
    for name in entries.keys() - {"detail"}:
        said = _SAID_BY_THE_RULE.get(name)
        message = f"leave it out: the rule asks for {said} itself" if said else "only detail can be asked for here"
        value.findings.add((*value.path, name), message, entries[name].head)
    if "detail" not in entries:
        raise Wrong("must be a mapping with detail, such as {detail: {object: {key: [{prefix: in/}]}}}")
    found = entries["detail"].attempt(_detail)
    return found if found is not None else {}


def _detail(value: Value) -> dict[str, Any]:
    if not isinstance(value.node, Mapping):
        raise Wrong(f"must be a mapping, not {describe(value.node)}")
    found = _json(value)
    if not value.findings.known(value.path):
        return {}
    if "bucket" in found:
        value.findings.add((*value.path, "bucket"), "leave it out: the rule asks for the stack's bucket itself")
    try:
        pattern.parse(found)
    except pattern.InvalidPattern as refusal:
        where = f" (at {refusal.path})" if refusal.path else ""
        raise Wrong(f"EventBridge would not take this: {refusal.reason}{where}") from refusal
    return dict(found)


def _json(value: Value) -> Any:
    """Read a value as the JSON that it stands for; what is wrong inside is recorded in its place."""
    match value.node:
        case Mapping():
            return {key: each.attempt(_json) for key, each in value.entries().items()}
        case Sequence():
            return [each.attempt(_json) for each in value.items()]
        case Scalar(kind="str"):
            return value.node.text
        case Scalar(kind="null", text="null"):
            return None
        case Scalar(kind="bool") if value.node.text in ("true", "false"):
            return value.node.text == "true"
        case Scalar(kind="int" | "float") if _NUMBER.fullmatch(value.node.text):
            return _number(value.node.text)
    raise Wrong(trap(value.node))


def _number(written: str) -> float:
    if not math.isfinite(read := float(written)):
        raise Wrong("is a number beyond what JSON's readers take")
    return read if set(written) & set(".eE") else int(written)
