"""A small evaluator of IAM policies: what a request is allowed by, and what it is not.

After https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
.../reference_policies_elements_condition_operators.html; of the operators those that the policies here use, and of
the variables in resources the three that stand for themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ESCAPED = {"${*}": "*", "${?}": "?", "${$}": "$"}


@dataclass(frozen=True)
class Request:
    """One question to IAM: may this be done to that? ``context`` holds the condition keys, by their names."""

    action: str
    resource: str
    context: Mapping[str, str | list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} {dict(self.context)}"


def allows(policy: Mapping[str, Any], request: Request) -> bool:
    """Whether one statement allows it and none denies it."""
    effects = {each["Effect"] for each in matching(policy, request)}
    return effects == {"Allow"}


def matching(policy: Mapping[str, Any], request: Request) -> Iterator[dict[str, Any]]:
    """The statements that speak of the request."""
    for statement in _list(policy["Statement"]):
        if (
            any(like(each.lower(), request.action.lower()) for each in _list(statement["Action"]))
            and any(like(each, request.resource) for each in _list(statement["Resource"]))
            and holds(statement.get("Condition", {}), request.context)
        ):
            yield statement


def like(pattern: str, text: str) -> bool:
    """``*`` is anything, ``?`` is one character, and ``${*}``, ``${?}`` and ``${$}`` are themselves."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\$\{[*?$]\}|[*?])", pattern)
    wild = {"*": ".*", "?": "."}
    expression = "".join(wild.get(part, re.escape(ESCAPED.get(part, part))) for part in parts)
    return re.compile(expression, re.DOTALL)


def holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str | list[str]]) -> bool:
    """Whether all tests of a condition are passed."""
    keys = {key.lower(): value for key, value in context.items()}
    return all(
        _passed(test, _list(wanted), keys.get(key.lower()))
        for test, each in condition.items()
        for key, wanted in each.items()
    )


def _passed(test: str, wanted: list[Any], found: str | list[str] | None) -> bool:
    texts = [str(each).lower() if isinstance(each, bool) else str(each) for each in wanted]
    if test == "Null":
        return (found is None) == (texts == ["true"])
    whole, _, of_each = test.rpartition(":")
    operator = of_each.removesuffix("IfExists")
    if found is None:
        return operator != of_each  # what is absent passes nothing, but where that is said
    comparisons: dict[str, Callable[[str, str], bool]] = {
        "StringEquals": lambda one, text: one == text,
        "StringLike": lambda one, text: like(text, one),
        "ArnEquals": lambda one, text: like_arn(text, one),
        "ArnLike": lambda one, text: like_arn(text, one),
        "Bool": lambda one, text: one.lower() == text.lower(),
    }
    compare = comparisons[operator]
    values = _list(found)
    assert len(values) == 1 or whole in ("ForAnyValue", "ForAllValues"), (test, found)
    passed = [any(compare(one, text) for text in texts) for one in values]
    return all(passed) if whole == "ForAllValues" else any(passed)


def like_arn(pattern: str, arn: str) -> bool:
    """Part by part: a ``*`` does not reach over a colon of the first five."""
    one, other = pattern.split(":", 5), arn.split(":", 5)
    return len(one) == len(other) and all(like(*pair) for pair in zip(one, other, strict=True))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
