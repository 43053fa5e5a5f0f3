"""Readers of single values: texts, numbers, durations, templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from s3ecs.spec import words
from s3ecs.spec.nodes import Mapping, Scalar, describe, trap
from s3ecs.spec.values import Reader, Value, Wrong, takes

if TYPE_CHECKING:
    from collections.abc import Collection

_WHOLE = re.compile(r"[+-]?(0|[1-9][0-9]{0,17})")
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DURATION = re.compile(r"(0|[1-9][0-9]{0,9})([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def whole(pattern: str) -> str:
    """Return ``pattern`` as JSON Schema wants it, which looks for a pattern anywhere in a text."""
    return f"^(?:{pattern})$"


@takes({"type": "string"})
def text(value: Value) -> str:
    """Read a text; what YAML 1.1 takes for something else wants quotes."""
    node = _scalar(value)
    if node.kind != "str":
        raise Wrong(trap(node))
    return node.text


@takes({"type": ["string", "number"]})
def written(value: Value) -> str:
    """Read a text or a plain decimal number, which is taken exactly as it is written."""
    node = _scalar(value)
    if node.kind in ("int", "float") and _PLAIN_NUMBER.fullmatch(node.text):
        return node.text
    return text(value)


@takes(written.schema)
def argument(value: Value) -> str:
    """Read one entry of an argv."""
    if "\0" in (entry := written(value)):
        raise Wrong("no argument or variable can hold a NUL character")
    return entry


@takes({**argument.schema(), "pattern": words.PATTERN})
def template(value: Value) -> words.Template:
    """Read a text with words in braces."""
    try:
        return words.parse(argument(value))
    except ValueError as error:
        raise Wrong(str(error)) from error


def matching(pattern: str, what: str, *, longest: int) -> Reader[str]:
    """Make a reader of texts that are ``what`` in words and match ``pattern`` as a whole."""
    compiled = re.compile(pattern)

    @takes({"type": "string", "pattern": whole(pattern), "maxLength": longest})
    def reader(value: Value) -> str:
        found = text(value)
        if len(found) > longest:
            raise Wrong(f"has {len(found)} characters, more than {longest}")
        if not compiled.fullmatch(found):
            raise Wrong(f"must be {what}, not {describe(value.node)}")
        return found

    return reader


def choice(allowed: Collection[str]) -> Reader[str]:
    """Make a reader of one of a few texts."""

    @takes({"enum": list(allowed)})
    def reader(value: Value) -> str:
        if (found := text(value)) not in allowed:
            raise Wrong(f"must be {' or '.join(allowed)}, not {describe(value.node)}")
        return found

    return reader


def integer(low: int, high: int) -> Reader[int]:
    """Make a reader of whole numbers from ``low`` to ``high``."""

    @takes({"type": "integer", "minimum": low, "maximum": high})
    def reader(value: Value) -> int:
        node = _scalar(value)
        if node.kind == "int" and _WHOLE.fullmatch(node.text) and low <= int(node.text) <= high:
            return int(node.text)
        quotes = ", without quotes" if node.kind == "str" and _WHOLE.fullmatch(node.text) else ""
        raise Wrong(f"must be a decimal whole number from {low} to {high}{quotes}, not {describe(node)}")

    return reader


def one_of(allowed: Collection[int]) -> Reader[int]:
    """Make a reader of one of a few numbers; a wrong one is told its neighbour."""
    listed = ", ".join(map(str, allowed))

    @takes({"enum": list(allowed)})
    def reader(value: Value) -> int:
        node = _scalar(value)
        if node.kind != "int" or not _WHOLE.fullmatch(node.text):
            raise Wrong(f"must be one of {listed}, not {describe(node)}")
        if (found := int(node.text)) not in allowed:
            nearest = min(allowed, key=lambda number: (abs(number - found), -number))
            raise Wrong(f"must be one of {listed}, not {found}: the nearest is {nearest}")
        return found

    return reader


def duration(low: int, high: int) -> Reader[int]:
    """Make a reader of seconds from ``low`` to ``high``, written ``90``, ``90s``, ``30m``, ``1h`` or ``7d``."""
    # JSON Schema looks at numbers with the bounds, and at texts with the pattern alone.
    bounds = {"minimum": low, "maximum": high, "pattern": whole(_DURATION.pattern)}

    @takes({"type": ["integer", "string"], **bounds})
    def reader(value: Value) -> int:
        node = _scalar(value)
        found = _DURATION.fullmatch(node.text) if node.kind in ("int", "str") else None
        if found is None:
            raise Wrong(f"must be seconds, or a number with a unit as 90s, 30m, 1h or 7d, not {describe(node)}")
        seconds = int(found[1]) * _SECONDS[found[2]]
        if not low <= seconds <= high:
            raise Wrong(f"must be from {_spell(low)} to {_spell(high)}, not {node.text}")
        return seconds

    return reader


@takes({"type": "boolean"})
def flag(value: Value) -> bool:
    """Read ``true`` or ``false``; YAML 1.1's other spellings are refused, since newer readers take them for text."""
    node = _scalar(value)
    if node.kind == "bool" and node.text.lower() in ("true", "false"):
        return node.text.lower() == "true"
    raise Wrong(f"must be true or false, not {describe(node)}")


def _scalar(value: Value) -> Scalar:
    node = value.node
    match node:
        case Scalar():
            return node
        case Mapping(flow=True, pairs=((Scalar(text=word), Scalar(kind="null")),)) if word in words.WORDS:
            raise Wrong(f'must be text: YAML reads {{{word}}} as a mapping, write "{{{word}}}" in quotes')
    raise Wrong(f"must be a single value, not {describe(node)}")


def _spell(seconds: int) -> str:
    days, rest = divmod(seconds, _SECONDS["d"])
    return f"{days}d" if days and not rest else f"{seconds}s"
