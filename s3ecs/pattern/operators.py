"""What an object in a field's array means: one operator and its operand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.pattern import address, letters, numeric, wildcard
from s3ecs.pattern.clause import Clause, written
from s3ecs.pattern.exclusion import anything_but
from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_IGNORING_CASE: Final = "equals-ignore-case"


def operation(expression: Mapping[str, Any], path: str) -> Clause:
    """The clause that ``{operator: operand}`` stands for."""
    if not expression:
        raise InvalidPattern("Match expression name not found", path)
    name, operand = next(iter(expression.items()))
    if name not in OPERATORS:
        raise InvalidPattern(f"Unrecognized match type {name}", path)
    if len(expression) > 1:
        raise InvalidPattern("Only one key allowed in match expression", path)
    return OPERATORS[name](operand, path)


def exactly(value: Any, path: str) -> Clause:
    """A string, number, boolean or null that stands in the array itself."""
    if isinstance(value, str):
        denial = f"is not {written(value)}"
        if (wanted := address.address(value)) is not None:
            return Clause(address.same(wanted), denial)
        return Clause(lambda found: bool(found == value), denial, exactly=value)
    if value is None or isinstance(value, bool):
        return Clause(lambda found: found is value, f"is not {written(value)}")
    if numeric.is_number(value):
        return Clause(numeric.equal(value), f"is not {written(value)}")
    raise InvalidPattern("Match value must be String, number, true, false, or null", path)


def _exactly(operand: Any, path: str) -> Clause:
    text = _text(operand, "exact", path)
    return Clause(lambda found: bool(found == text), f"is not {written(text)}", exactly=text)


def _prefix(operand: Any, path: str) -> Clause:
    if isinstance(operand, dict):
        text = _ignoring_case(operand, "prefix", path)
        return Clause(letters.beginning(text), f"does not begin with {written(text)} in any case")
    text = _text(operand, "prefix", path)
    return Clause(_beginning(text), f"does not begin with {written(text)}", prefix=text)


def _suffix(operand: Any, path: str) -> Clause:
    if isinstance(operand, dict):
        text = _ignoring_case(operand, "suffix", path)
        return Clause(letters.ending(text), f"does not end with {written(text)} in any case")
    text = _text(operand, "suffix", path)
    return Clause(_ending(text), f"does not end with {written(text)}", suffix=text)


def _equals_ignore_case(operand: Any, path: str) -> Clause:
    text = _text(operand, _IGNORING_CASE, path)
    return Clause(letters.equal(text), f"is not {written(text)} in any case")


def _wildcard(operand: Any, path: str) -> Clause:
    text = _text(operand, "wildcard", path)
    matcher = wildcard.fits(wildcard.pieces(text, path))
    return Clause(matcher, f"does not match {written(text)}", wildcards=(text,))


def _numeric(operand: Any, path: str) -> Clause:
    if not isinstance(operand, list):
        raise InvalidPattern("Value of numeric must be an array.", path)
    matcher = numeric.compares(operand, path)
    told = " and ".join(f"{sign} {bound}" for sign, bound in zip(operand[::2], operand[1::2], strict=True))
    return Clause(matcher, f"is not a number {told}")


def _exists(operand: Any, path: str) -> Clause:
    if not isinstance(operand, bool):
        raise InvalidPattern("exists match pattern must be either true or false.", path)
    return Clause(lambda _: operand, "should not be there", absent=not operand)


def _cidr(operand: Any, path: str) -> Clause:
    # AWS: it does say prefix.
    block = _text(operand, "prefix", path)
    return Clause(address.within(block, path), f"is not an address in {block}")


def _text(operand: Any, operator: str, path: str) -> str:
    if not isinstance(operand, str):
        raise InvalidPattern(f"{operator} match pattern must be a string", path)
    return operand


def _ignoring_case(operand: Mapping[str, Any], operator: str, path: str) -> str:
    """The text of ``{"prefix": {"equals-ignore-case": text}}``."""
    if not operand:
        raise InvalidPattern(f"{operator.capitalize()} expression name not found", path)
    name, text = next(iter(operand.items()))
    if name != _IGNORING_CASE:
        raise InvalidPattern(f"Unsupported {operator} pattern: {name}", path)
    if len(operand) > 1:
        raise InvalidPattern("Only one key allowed in match expression", path)
    return _text(text, _IGNORING_CASE, path)


def _beginning(text: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value.startswith(text)


def _ending(text: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value.endswith(text)


OPERATORS: Final[dict[str, Callable[[Any, str], Clause]]] = {
    "exactly": _exactly,
    "prefix": _prefix,
    "suffix": _suffix,
    _IGNORING_CASE: _equals_ignore_case,
    "wildcard": _wildcard,
    "anything-but": anything_but,
    "numeric": _numeric,
    "exists": _exists,
    "cidr": _cidr,
}
