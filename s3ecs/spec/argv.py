"""Reading an argv: one entry per argument, never a line for a shell."""

from __future__ import annotations

from typing import TypeVar

from s3ecs.spec.nodes import Scalar, describe
from s3ecs.spec.values import Reader, Value, Wrong, many, takes

T = TypeVar("T")


def argv(read: Reader[T], *, at_least: int = 0) -> Reader[tuple[T, ...]]:
    """Make a reader of one entry per item; a single text would need a shell to split it, and there is none."""
    items = many(read, at_least=at_least, what="entry")

    @takes(items.schema)
    def reader(value: Value) -> tuple[T, ...]:
        if isinstance(value.node, Scalar) and value.node.kind != "null":
            raise Wrong(f"must be a list with one entry per argument, not {describe(value.node)}: no shell splits it")
        return items(value)

    return reader
