"""An event pattern as a document: read, refused where AWS refuses it, and unfolded into its alternatives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from s3ecs.pattern.field import field
from s3ecs.pattern.matching import Alternative, Pattern
from s3ecs.pattern.refusal import InvalidPattern

# AWS: the default quota for a rule's pattern, in characters.
QUOTA: Final = 2_048
# AWS: more combinations of alternatives than these are refused.
MOST_COMBINATIONS: Final = 1_000
DEEPEST: Final = 100
"""Ours: a pattern's objects may be nested so deep; events of AWS's services have a handful of levels."""

OR: Final = "$or"
# AWS: an object of $or with such a field makes $or an ordinary field's name, and further down it is refused.
RESERVED: Final = frozenset({
    *("exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"),
    *("=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
    *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
    *("ip-address-in-range", "ip-address-not-in-range"),
})  # fmt: skip

_LEAST_OF_OR: Final = 2


def loads(text: str) -> Pattern:
    """Read a pattern from JSON. AWS: where a name is repeated, the last counts."""
    try:
        document = json.loads(text, parse_constant=_refuse)
    except ValueError as error:  # also for a number too long for Python
        raise InvalidPattern(str(error)) from error
    except RecursionError as error:
        raise InvalidPattern("Nested too deep") from error
    return parse(document)


def parse(document: Any) -> Pattern:
    """Read a pattern from what JSON text became; InvalidPattern with the place of the first thing that AWS refuses.

    How long it may be is not asked here: ``QUOTA`` is an account's own.
    """
    if not isinstance(document, Mapping):
        raise InvalidPattern("Filter is not an object")
    return Pattern(tuple(_unfolded(document, (), [{}], in_or=False)))


def size(document: Mapping[str, Any]) -> int:
    """The characters of a pattern written as short as JSON allows, to be held against ``QUOTA``."""
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def _unfolded(
    node: Mapping[str, Any], path: tuple[str, ...], alternatives: list[Alternative], *, in_or: bool
) -> list[Alternative]:
    """``alternatives`` with the fields of ``node``, as many times as its ``$or`` have branches.

    AWS: a path that is already there is overridden by what follows in the text.
    """
    if not node:
        raise InvalidPattern("Empty objects are not allowed", ".".join(path))
    if len(path) > DEEPEST:
        raise InvalidPattern("Nested too deep", ".".join(path[:3]))
    for name, value in node.items():
        here = (*path, name)
        dotted = ".".join(here)
        if name == OR and _is_or(value):
            alternatives = _branches(value, path, alternatives)
        elif in_or and name in RESERVED:
            raise InvalidPattern(f"{name} is Ruler reserved fieldName which cannot be used inside {OR}.", dotted)
        elif isinstance(value, Mapping):
            alternatives = _unfolded(value, here, alternatives, in_or=in_or)
        elif isinstance(value, list):
            asked = field(value, dotted)
            alternatives = [{**alternative, dotted: asked} for alternative in alternatives]
        else:
            raise InvalidPattern(f'"{name}" must be an object or an array', dotted)
    return alternatives


def _branches(
    branches: list[Mapping[str, Any]], path: tuple[str, ...], alternatives: list[Alternative]
) -> list[Alternative]:
    unfolded: list[Alternative] = []
    for branch in branches:
        unfolded += _unfolded(branch, path, alternatives, in_or=True)
        if len(unfolded) > MOST_COMBINATIONS:
            raise InvalidPattern(f"{OR} makes more than {MOST_COMBINATIONS} combinations", ".".join((*path, OR)))
    return unfolded


def _is_or(value: Any) -> bool:
    """Say whether ``$or`` means the operator here. AWS: a field may have that name too."""
    return (
        isinstance(value, list)
        and len(value) >= _LEAST_OF_OR
        and all(isinstance(branch, Mapping) and not RESERVED & branch.keys() for branch in value)
    )


def _refuse(constant: str) -> None:
    raise InvalidPattern(f"Non-standard token '{constant}'")
