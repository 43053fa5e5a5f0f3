"""What is chosen by its id, or by the tags that it carries."""

from __future__ import annotations

from typing import Any, TypeVar

from s3ecs.spec.model import Tagged
from s3ecs.spec.nodes import Mapping
from s3ecs.spec.scalars import written
from s3ecs.spec.values import Reader, Value, Wrong, record, takes

T = TypeVar("T")


def or_tagged(read: Reader[T]) -> Reader[T | Tagged]:
    """Make a reader of what ``read`` takes, or of ``{tag: {KEY: VALUE}}`` in its place."""

    @takes(lambda: {"anyOf": [read.schema(), _TAGGED.schema()]})
    def reader(value: Value) -> T | Tagged:
        if not isinstance(value.node, Mapping):
            return read(value)
        return Tagged(**{"tag": {}} | _TAGGED(value))

    return reader


@takes({"type": "object", "minProperties": 1, "additionalProperties": written.schema()})
def _tags(value: Value) -> dict[str, str]:
    entries = value.entries()
    if not entries:
        raise Wrong("needs at least one tag, such as {Name: batch}")
    return {key: found for key, entry in entries.items() if (found := entry.attempt(written)) is not None}


_TAGGED: Reader[dict[str, Any]] = record({"tag": _tags}, required=("tag",))
