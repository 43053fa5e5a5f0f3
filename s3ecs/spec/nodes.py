"""The tree that a spec is read from: what stands where, before anybody asks what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from s3ecs.spec.findings import MAX_QUOTED, printable, quoted

Kind = Literal["str", "int", "float", "bool", "null", "timestamp", "merge", "value"]
"""What YAML 1.1 takes a scalar for; all but ``str`` stand plainly, without quotes."""


@dataclass(frozen=True)
class Scalar:
    """A single value: its text as written and the kind that YAML 1.1 gives it; a quoted one is always ``str``."""

    line: int
    column: int
    tag: str | None
    text: str
    kind: Kind


@dataclass(frozen=True)
class Sequence:
    """A list; ``weight`` counts the values under it with every alias written out."""

    line: int
    column: int
    tag: str | None
    items: tuple[Node, ...]
    weight: int


@dataclass(frozen=True)
class Mapping:
    """Pairs in the order of the file, duplicates included; ``flow`` tells ``{a: b}`` from lines."""

    line: int
    column: int
    tag: str | None
    pairs: tuple[tuple[Node, Node], ...]
    weight: int
    flow: bool


Node = Scalar | Sequence | Mapping


def describe(node: Node) -> str:
    """Say what a node is, as a message goes on after "not"."""
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar(kind="null"):
            return "an empty value"
        case Scalar(kind="str"):
            return quoted(node.text)
    return f"a plain {printable(node.text, limit=MAX_QUOTED)}"


_BASES = {"0b": 2, "0x": 16}


def trap(node: Scalar) -> str:
    """Say what YAML 1.1 makes of a plain scalar that was meant as text, and what to write instead."""
    text = node.text
    match node.kind:
        case "bool":
            told = {"true": "a truth value", "false": "a truth value", "yes": "true", "on": "true"}
            read = told.get(text.lower(), "false")
        case "int" if ":" in text:
            read = "a number in base 60"
        case "int" if (digits := text.lstrip("+-"))[:1] == "0" and len(digits) > 1:
            read = f"a number in base {_BASES.get(digits[:2].lower(), 8)}"
        case "int" | "float":
            read = "a number"
        case "timestamp":
            read = "a date"
        case "null":
            return 'it is empty: write a value, or "" for the empty text'
        case _:
            return f"it must be plain text: write {quoted(text)} in quotes"
    return f"YAML reads a plain {printable(text, limit=MAX_QUOTED)} as {read}: write {quoted(text)} in quotes"
