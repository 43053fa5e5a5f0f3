"""Tags: those of a stack, and those of a job beside them."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from s3ecs.spec import limits
from s3ecs.spec.findings import quoted
from s3ecs.spec.nodes import describe
from s3ecs.spec.scalars import written
from s3ecs.spec.values import Value, Wrong, takes

if TYPE_CHECKING:
    from collections.abc import Iterable


@takes({**written.schema(), "maxLength": limits.MAX_TAG_VALUE})
def _tag_value(value: Value) -> str:
    found = written(value)
    if len(found) > limits.MAX_TAG_VALUE:
        raise Wrong(f"has {len(found)} characters, more than {limits.MAX_TAG_VALUE}")
    if not _tag_alphabet(found):
        raise Wrong(f"a tag has letters, digits and {quoted(limits.TAG_SYMBOLS)} only, not {describe(value.node)}")
    return found


@takes(
    {
        "type": "object",
        "maxProperties": limits.MAX_TAGS,
        "propertyNames": {
            "minLength": 1,
            "maxLength": limits.MAX_TAG_KEY,
            "not": {"pattern": f"^(?:{'|'.join(limits.RESERVED_TAGS)})"},
        },
        "additionalProperties": _tag_value.schema(),
    }
)
def tags(value: Value) -> dict[str, str]:
    """Read a mapping of tags; ``s3ecs:...`` is the stack's own."""
    entries = value.entries()
    if len(entries) > limits.MAX_TAGS:
        raise Wrong(f"has {len(entries)} tags, more than {limits.MAX_TAGS} (AWS takes 50, two are the stack's own)")
    for key, tag in entries.items():
        reason = _bad_tag_key(key) or one_with(key, entries)
        if reason:
            value.findings.add(tag.path, reason, tag.head)
    return {key: found for key, tag in entries.items() if (found := tag.attempt(_tag_value)) is not None}


def one_with(key: str, others: Iterable[str]) -> str | None:
    """Say which tag in front of ``key`` IAM would take for the same, None where there is none.

    AWS: a role's tag keys are told apart by their letters alone, not by upper and lower case.
    """
    before = takewhile(lambda other: other != key, others)
    twin = next((other for other in before if other.lower() == key.lower()), None)
    return f"IAM takes {key} and {twin} for one tag: write it in one way" if twin else None


def _bad_tag_key(key: str) -> str | None:
    if not 1 <= len(key) <= limits.MAX_TAG_KEY:
        return f"a tag's key has 1 to {limits.MAX_TAG_KEY} characters"
    if not _tag_alphabet(key):
        return f"a tag's key has letters, digits and {quoted(limits.TAG_SYMBOLS)} only"
    reserved = next((start for start in limits.RESERVED_TAGS if key.lower().startswith(start)), None)
    return f"tags that begin with {reserved} are reserved" if reserved else None


def _tag_alphabet(found: str) -> bool:
    return all(char.isalnum() or char in limits.TAG_SYMBOLS for char in found)
