"""The ``anything-but`` operator: a value has to be there, and be none of those named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.pattern import letters, numeric, wildcard
from s3ecs.pattern.clause import Clause, listed
from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from s3ecs.pattern.clause import Accepts

_AFFIX: Final = "prefix/suffix match pattern must be a string"
_STRINGS_ONLY: Final[dict[str, str]] = {
    "prefix": _AFFIX,
    "suffix": _AFFIX,
    "wildcard": "wildcard match pattern must be a string",
    "equals-ignore-case": ("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."),
}
_WHAT_IT_DOES: Final[dict[str, str]] = {
    "prefix": "begins with",
    "suffix": "ends with",
    "wildcard": "matches",
    "equals-ignore-case": "in some case is",
}


def anything_but(operand: Any, path: str) -> Clause:
    """The clause for a value or a list of them, or for ``{operator: a text or a list of texts}``."""
    if isinstance(operand, dict):
        return _but_what_it_does(operand, path)
    values = _several(operand, path)
    if all(isinstance(value, str) for value in values):
        texts = frozenset(values)
        return Clause(lambda value: not (isinstance(value, str) and value in texts), f"is {_excluded(values)}")
    if all(numeric.is_number(value) for value in values):
        numbers = frozenset(numeric.checked(value, path) for value in values)
        return Clause(lambda value: not (numeric.is_number(value) and value in numbers), f"is {_excluded(values)}")
    if any(not (isinstance(value, str) or numeric.is_number(value)) for value in values):
        raise InvalidPattern("Inside anything but list, start|null|boolean is not supported.", path)
    raise InvalidPattern(
        "Inside anything but list, either all values are number or string, mixed type is not supported", path
    )


def _but_what_it_does(operand: Mapping[str, Any], path: str) -> Clause:
    if not operand:
        raise InvalidPattern("Anything-But expression name not found", path)
    name, one_or_more = next(iter(operand.items()))
    if name not in _STRINGS_ONLY:
        raise InvalidPattern(f"Unsupported anything-but pattern: {name}", path)
    if len(operand) > 1:
        raise InvalidPattern("Only one key allowed in match expression", path)
    texts = _several(one_or_more, path)
    if not all(isinstance(text, str) for text in texts):
        raise InvalidPattern(_STRINGS_ONLY[name], path)
    if _STRINGS_ONLY[name] == _AFFIX and "" in texts:
        raise InvalidPattern("Null prefix/suffix not allowed", path)
    return Clause(
        _none_of([_MATCHERS[name](text, path) for text in texts]),
        f"{_WHAT_IT_DOES[name]} {_excluded(texts)}",
        wildcards=tuple(texts) if name == "wildcard" else (),
    )


def _several(operand: Any, path: str) -> list[Any]:
    """The operand as a list of what is excluded."""
    if isinstance(operand, list):
        if not operand:
            raise InvalidPattern("Empty arrays are not allowed", path)
        return operand
    if isinstance(operand, str) or numeric.is_number(operand):
        return [operand]
    raise InvalidPattern("Value of anything-but must be an array or single string/number value.", path)


def _excluded(values: list[Any]) -> str:
    return f"{listed(values)}, which is left out"


def _none_of(matchers: list[Accepts]) -> Accepts:
    if len(matchers) == 1:
        (only,) = matchers
        return lambda value: not only(value)
    return lambda value: not any(matcher(value) for matcher in matchers)


def _begins(text: str, _: str) -> Accepts:
    return lambda value: isinstance(value, str) and value.startswith(text)


def _ends(text: str, _: str) -> Accepts:
    return lambda value: isinstance(value, str) and value.endswith(text)


def _matches(text: str, path: str) -> Accepts:
    return wildcard.fits(wildcard.pieces(text, path))


def _equals(text: str, _: str) -> Accepts:
    return letters.equal(text)


_MATCHERS: Final[dict[str, Callable[[str, str], Accepts]]] = {
    "prefix": _begins,
    "suffix": _ends,
    "wildcard": _matches,
    "equals-ignore-case": _equals,
}
