"""Reading one value of the tree: what a reader is, and how records, lists and choices are made of readers.

A reader takes a Value and returns what it means, or raises Wrong. ``Value.attempt`` runs it, records what is wrong
with the value's place and path, and goes on, so that one look at a file finds everything. Every reader also says, as
JSON Schema, what it takes: that is all that editors are told of a key.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from s3ecs.spec.findings import MAX_QUOTED, Findings, Path, Place
from s3ecs.spec.nodes import Mapping, Node, Scalar, Sequence, describe, trap

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as Table

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Schema = dict[str, Any]
"""JSON Schema. It may take more than its reader, which alone sees how a value was written, and never less."""


class Wrong(Exception):
    """This value is not what its reader wants; the message says what that is."""


@dataclass(frozen=True)
class Value:
    """A node on its way to a meaning: it knows its path, where problems go, and ``head``, its key's place."""

    node: Node
    path: Path
    findings: Findings
    head: Place

    def attempt(self, read: Callable[[Value], T]) -> T | None:
        """Return what ``read`` makes of this value; None where something is wrong, which is then recorded."""
        if self.node.tag is not None:
            self.findings.add(self.path, f"the tag {self.node.tag} is not accepted: write the value without it")
            return None
        try:
            return read(self)
        except Wrong as wrong:
            self.findings.add(self.path, str(wrong))
            return None

    def items(self) -> list[Value]:
        """Return the values of a list; raises Wrong where this is none."""
        if not isinstance(self.node, Sequence):
            raise Wrong(f"must be a list, not {describe(self.node)}")
        return [self._child(index, node, (node.line, node.column)) for index, node in enumerate(self.node.items)]

    def entries(self) -> dict[str, Value]:
        """Return the values of a mapping by key; a key that is no text or comes again is recorded and left out.

        Raises Wrong where this is no mapping.
        """
        if not isinstance(self.node, Mapping):
            raise Wrong(f"must be a mapping, not {describe(self.node)}")
        found: dict[str, Value] = {}
        for key, node in self.node.pairs:
            place = (key.line, key.column)
            if not isinstance(key, Scalar):
                self.findings.add(self.path, f"a key must be text, not {describe(key)}", place)
            elif key.kind == "merge":
                message = "merge keys are not accepted: write the keys out, or give a whole value by *alias"
                self.findings.add((*self.path, key.text), message, place)
            elif key.tag is not None or key.kind != "str":
                self.findings.add((*self.path, key.text), f"as a key, {trap(key)}", place)
            elif key.text in found:
                message = f"this key is given twice, first on line {found[key.text].head[0]}"
                self.findings.add((*self.path, key.text), message, place)
            else:
                found[key.text] = self._child(key.text, node, place)
        return found

    def _child(self, step: str | int, node: Node, head: Place) -> Value:
        path = (*self.path, step)
        # A block begins on the line after its key and nothing has no place: there the key is what a reader looks for.
        own = isinstance(node, Scalar) and node.kind != "null"
        self.findings.locate(path, (node.line, node.column) if own else head)
        return Value(node, path, self.findings, head)


@dataclass(frozen=True)
class Reader(Generic[T_co]):
    """What reads one value, made with ``takes``; ``schema`` is asked for when all tables of keys are there."""

    read: Callable[[Value], T_co]
    schema: Callable[[], Schema]

    def __call__(self, value: Value) -> T_co:
        return self.read(value)


def takes(schema: Schema | Callable[[], Schema]) -> Callable[[Callable[[Value], T]], Reader[T]]:
    """Make a function a reader by saying what it takes; as a function itself where a table comes further down."""
    return lambda read: Reader(read, schema if callable(schema) else lambda: schema)


def either(*readers: Reader[Any]) -> Callable[[], Schema]:
    """Say of a reader that it takes what any of ``readers`` does."""
    return lambda: {"anyOf": [reader.schema() for reader in readers]}


def record(
    readers: Table[str, Reader[Any]],
    *,
    required: Collection[str] = (),
    refused: Table[str, str] = MappingProxyType({}),
) -> Reader[dict[str, Any]]:
    """Make a reader of mappings with these keys; what is wrong, unknown or missing is recorded and left out.

    ``refused`` holds the reasons against keys that people will try.
    """

    def schema() -> Schema:
        keys = {name: reader.schema() for name, reader in readers.items()}
        needed = {"required": list(required)} if required else {}
        return {"type": "object", "properties": keys, **needed, "additionalProperties": False}

    @takes(schema)
    def reader(value: Value) -> dict[str, Any]:
        return _record(value, readers, required, refused)

    return reader


def _record(
    value: Value, readers: Table[str, Reader[Any]], required: Collection[str], refused: Table[str, str]
) -> dict[str, Any]:
    entries = value.entries()
    for name in entries.keys() - readers.keys():
        near = None
        if name in refused:
            message = refused[name]
        else:
            near = _nearest(name, readers)
            hint = f"did you mean {near}?" if near else f"the keys here are {', '.join(readers)}"
            message = f"unknown key, {hint}"
        value.findings.add((*value.path, name), message, entries[name].head)
        if near:  # what was meant for that key is not known now, and no rule should take the default for it
            value.findings.doubt((*value.path, near))
    for name in required:
        if name not in entries:
            value.findings.add((*value.path, name), "this key is missing")
    read = {name: entries[name].attempt(reader) for name, reader in readers.items() if name in entries}
    return {name: meaning for name, meaning in read.items() if meaning is not None}


def _nearest(name: str, known: Collection[str]) -> str | None:
    if len(name) > MAX_QUOTED:
        return None
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def many(
    read: Reader[T], *, at_least: int = 0, at_most: int | None = None, what: str = "value"
) -> Reader[tuple[T, ...]]:
    """Make a reader of lists, each item read with ``read``."""
    bounds = ({"minItems": at_least} if at_least else {}) | ({} if at_most is None else {"maxItems": at_most})

    @takes(lambda: {"type": "array", "items": read.schema(), **bounds})
    def reader(value: Value) -> tuple[T, ...]:
        items = value.items()
        if len(items) < at_least:
            raise Wrong(f"needs at least {at_least} {what}")
        if at_most is not None and len(items) > at_most:
            raise Wrong(f"has {len(items)} {what}s, more than {at_most}")
        return tuple(meaning for item in items if (meaning := item.attempt(read)) is not None)

    return reader
