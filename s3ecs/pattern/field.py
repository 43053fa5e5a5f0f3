"""A field of a pattern: the entries of its array, of which one has to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3ecs.pattern import complexity
from s3ecs.pattern.clause import Accepts, Clause, listed, written
from s3ecs.pattern.operators import exactly, operation
from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLD = 3
"""So many of an array's values are told; the rest are counted."""


@dataclass(frozen=True)
class Field:
    """What a pattern asks of one field, compiled.

    ``accepts`` says of one string, number, boolean or null whether it fits, and costs a call or two: a million keys
    need no events around them. ``absent`` says whether an event without the field fits. ``denial`` completes "the
    value ..." for one that does not fit.
    """

    accepts: Accepts
    absent: bool
    denial: str

    def why_not(self, values: Sequence[Any]) -> str | None:
        """What is wrong with the field's values in an event, to be read after its path; None where one fits."""
        if not values:
            return None if self.absent else "is not there"
        if any(map(self.accepts, values)):
            return None
        if len(values) == 1:
            return f"{written(values[0])} {self.denial}"
        told = ", ".join(map(written, values[:_TOLD]))
        more = f" and {len(values) - _TOLD} more" if len(values) > _TOLD else ""
        return f"has {told}{more}, and each {self.denial}"


ANYTHING = Field(lambda _: True, absent=True, denial="")
"""A field of which a pattern asks nothing."""


def field(entries: list[Any], path: str) -> Field:
    """Read a field's array; InvalidPattern where AWS refuses it."""
    if not entries:
        raise InvalidPattern("Empty arrays are not allowed", path)
    clauses = [operation(entry, path) if isinstance(entry, dict) else exactly(entry, path) for entry in entries]
    complexity.check([clause.wildcards for clause in clauses], path)
    return Field(_any_of(clauses), any(clause.absent for clause in clauses), _denial(clauses))


def _any_of(clauses: list[Clause]) -> Accepts:
    """One matcher for all: texts, prefixes and suffixes are looked up together, the others one after another."""
    texts = frozenset(clause.exactly for clause in clauses if clause.exactly is not None)
    prefixes = tuple(clause.prefix for clause in clauses if clause.prefix is not None)
    suffixes = tuple(clause.suffix for clause in clauses if clause.suffix is not None)
    tests: list[Accepts] = []
    if texts:
        tests.append(lambda value: isinstance(value, str) and value in texts)
    if prefixes:
        tests.append(lambda value: isinstance(value, str) and value.startswith(prefixes))
    if suffixes:
        tests.append(lambda value: isinstance(value, str) and value.endswith(suffixes))
    plain = (None, None, None)
    tests += [clause.accepts for clause in clauses if (clause.exactly, clause.prefix, clause.suffix) == plain]
    if len(tests) == 1:
        return tests[0]

    def accepts(value: Any) -> bool:
        for test in tests:  # noqa: SIM110  (any() with a generator costs three times as much)
            if test(value):
                return True
        return False

    return accepts


def _denial(clauses: list[Clause]) -> str:
    """What is so of a value that none of the entries fits."""
    texts = [clause.exactly for clause in clauses if clause.exactly is not None]
    others = [clause.denial for clause in clauses if clause.exactly is None]
    return " and ".join([f"is not {listed(texts)}"] * bool(texts) + others)
