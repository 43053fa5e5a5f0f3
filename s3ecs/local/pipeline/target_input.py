"""What a target gets of an event: all of it, a part, a constant, or a text with values put in.

Source: "Amazon EventBridge input transformation" in EventBridge's user guide.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from s3ecs.local.pipeline.undeliverable import Undeliverable

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"<([^<>\s\"]+)>")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\*)\]|\['([^']*)'\]")
_MISSING = object()
PREDEFINED = frozenset(
    f"aws.events.{name}" for name in ("rule-arn", "rule-name", "event", "event.json", "event.ingestion-time")
)


def text_for(target: dict[str, Any], rule: Any, event: dict[str, Any], ingested: str) -> str:
    """The text that the target gets; ``ingested`` is when EventBridge got the event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], rule, event, ingested)
    found = value_at(event, target.get("InputPath", "$"))
    return _as_json(None if found is _MISSING else found)  # AWS: a path to nothing sends null


def placeholders(template: str) -> Iterator[str]:
    """The names that a template mentions."""
    return (found[1] for found in _PLACEHOLDER.finditer(template))


def value_at(event: Any, path: str) -> Any:
    """What a path of names, dots and indices leads to; ``_MISSING`` where there is nothing."""
    values, many = [event], False
    for name, index, quoted in _STEP.findall(path.removeprefix("$")):
        if "*" in (name, index):
            values, many = [inner for value in values for inner in _all_of(value)], True
        else:
            step = int(index) if index else name or quoted
            values = [inner for value in values if (inner := _one_of(value, step)) is not _MISSING]
    if many:
        return values
    return values[0] if values else _MISSING


def _one_of(value: Any, step: int | str) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else _MISSING
    return value.get(step, _MISSING) if isinstance(value, dict) else _MISSING


def _all_of(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _transformed(transformer: dict[str, Any], rule: Any, event: dict[str, Any], ingested: str) -> str:
    values = {name: value_at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    values |= {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        # AWS: the event without its detail, and detail-type is spelled otherwise there
        "aws.events.event": {
            "detailType" if name == "detail-type" else name: value for name, value in event.items() if name != "detail"
        },
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": ingested,
    }
    template: str = transformer["InputTemplate"]
    is_json = template.lstrip()[:1] in ("{", "[")
    text = _PLACEHOLDER.sub(
        lambda found: _put_in(
            values.get(found[1], _MISSING),
            in_quotes=_in_quotes(template, found.start()),
            bare=not is_json,
        ),
        template,
    )
    if is_json:
        check_json(text)
    return text


def check_json(text: str) -> None:
    """Raise Undeliverable unless the text is JSON."""
    try:
        json.loads(text)
    except ValueError as error:
        raise Undeliverable("INVALID_JSON", f"the target's input is not JSON: {error}") from error


def _put_in(value: Any, *, in_quotes: bool, bare: bool) -> str:
    """A value as it stands in the text. AWS: it is not escaped, so a quote in a key breaks the JSON around it."""
    if value is _MISSING:
        value = ""
    if isinstance(value, str):
        return value if in_quotes or bare else f'"{value}"'
    # AWS: an object within quotes loses its own
    return _as_json(value).replace('"', "") if in_quotes else _as_json(value)


def _in_quotes(template: str, place: int) -> bool:
    """Whether the place is inside a JSON string: behind an odd number of quotes that are not escaped."""
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', template[:place])) % 2 == 1


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
