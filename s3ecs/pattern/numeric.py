"""Numbers: compared by value, and by ``numeric`` only within five billion to either side of zero."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.pattern.clause import Accepts

# AWS: numbers beyond these cannot be compared, and a pattern has at most six digits behind the point.
MOST: Final = 5_000_000_000
MOST_DECIMALS: Final = 6

_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LOWER, _UPPER = (">", ">="), ("<", "<=")


def is_number(value: Any) -> bool:
    """Say whether ``value`` is a JSON number: Python counts booleans among them."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def comparable(value: Any) -> bool:
    """Say whether ``value`` is a number that AWS can compare with others."""
    return is_number(value) and -MOST <= value <= MOST


def checked(value: Any, path: str) -> float:
    """``value`` if a pattern may compare with it."""
    if not comparable(value):
        raise InvalidPattern("Value must be between -5.0E9 and 5.0E9, inclusive", path)
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
        raise InvalidPattern(f"Only values upto {MOST_DECIMALS} decimals are supported", path)
    return float(value)


def equal(wanted: float) -> Accepts:
    """Accept a number of this value.

    AWS: a number that it cannot compare is equal to itself as written, so 6000000000 is there and 6e9 another.
    """
    if comparable(wanted):
        return lambda value: bool(is_number(value) and value == wanted)
    return lambda value: type(value) is type(wanted) and bool(value == wanted)


def compares(terms: list[Any], path: str) -> Accepts:
    """Accept what a ``numeric`` array says: one comparison, or a lower bound and then an upper one."""
    (compare, bound), *others = bounds = _bounds(terms, path)
    if not others:
        return lambda value: comparable(value) and compare(value, bound)
    if bounds[0][1] >= bounds[1][1]:
        raise InvalidPattern("Bottom must be less than top", path)
    below, top = others[0]
    return lambda value: comparable(value) and compare(value, bound) and below(value, top)


def _bounds(terms: list[Any], path: str) -> list[tuple[Callable[[Any, Any], bool], float]]:
    if not terms or not isinstance(terms[0], str):
        raise InvalidPattern(f"Invalid member in numeric match: {terms[0] if terms else ']'}", path)
    first, *rest = terms
    if first not in _COMPARISONS:
        raise InvalidPattern(f"Unrecognized numeric range operator: {first}", path)
    found = [(_COMPARISONS[first], _bound(first, rest, path))]
    if not (more := rest[1:]):
        return found
    if first not in _LOWER:
        raise InvalidPattern("Too many elements in numeric expression", path)
    second, *rest = more
    if not isinstance(second, str):
        raise InvalidPattern(f"Bad value in numeric range: {second}", path)
    if second not in _UPPER:
        raise InvalidPattern(f"Bad numeric range operator: {second}", path)
    found.append((_COMPARISONS[second], _bound(second, rest, path)))
    if rest[1:]:
        raise InvalidPattern("Too many terms in numeric range expression", path)
    return found


def _bound(comparison: str, rest: list[Any], path: str) -> float:
    if not rest or not is_number(rest[0]):
        raise InvalidPattern(f"Value of {'equals' if comparison == '=' else comparison} must be numeric", path)
    return checked(rest[0], path)
