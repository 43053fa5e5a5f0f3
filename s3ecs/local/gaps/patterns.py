"""Event patterns mean what they mean on AWS, and what AWS refuses is refused; TestEventPattern answers.

moto lets unknown operators match every event, has no limits for ``numeric``, and has no answer to TestEventPattern.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from moto.events.exceptions import InvalidEventPatternException, ValidationException

from s3ecs.local import seams
from s3ecs.pattern import InvalidPattern, Pattern, loads

# AWS: the documentation names resources too, but the service does without.
_OF_EVERY_EVENT = {"id", "account", "source", "time", "region", "detail-type"}

_compiled = functools.lru_cache(maxsize=1_000)(loads)


def install() -> None:
    """Put our evaluator where rules, archives and TestEventPattern use moto's."""
    seams.replace("events.parse_pattern", parse)
    seams.replace("events.matches", matches)
    seams.replace("events.http_test_pattern", test_event_pattern)


def parse(parser: Any) -> dict[str, Any]:
    """The document of a pattern that AWS takes; nothing where there is none, as in a rule with a schedule."""
    if not parser.pattern:
        return {}
    _checked(parser.pattern)
    document: dict[str, Any] = json.loads(parser.pattern)
    return document


def matches(pattern: Any, event: dict[str, Any]) -> bool:
    """Say whether an event is one for this pattern of moto's, which keeps its text."""
    text = pattern.dump()
    return not text or _checked(text).matches(event)


def test_event_pattern(http: Any) -> tuple[str, dict[str, Any]]:
    """Try a pattern on an event; neither is kept."""
    event = _event(http._get_param("Event"))  # noqa: SLF001  (moto has no other way to a request's parameters)
    pattern = _checked(http._get_param("EventPattern"))  # noqa: SLF001
    return json.dumps({"Result": pattern.matches(event)}), http.response_headers


def _checked(text: str) -> Pattern:
    try:
        return _compiled(text)
    except InvalidPattern as refused:
        raise InvalidEventPatternException(refused.reason) from refused


def _event(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if not isinstance(event, dict) or not event.keys() >= _OF_EVERY_EVENT:
        raise ValidationException("Parameter Event is not valid.")
    return event
