"""Rules of the embedded AWS refuse and match as those of the real one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from .chain import Pipeline

EVENT = {
    "id": "1",
    "account": "123456789012",
    "source": "order",
    "time": "2026-11-24T00:00:00Z",
    "region": "eu-central-1",
    "detail-type": "Test",
    "detail": {"size": 6_000_000_000, "name": "a"},
}


def tried(pipeline: Pipeline, pattern: Any, event: Any = EVENT) -> bool:
    answer = pipeline.events.test_event_pattern(
        EventPattern=pattern if isinstance(pattern, str) else json.dumps(pattern),
        Event=event if isinstance(event, str) else json.dumps(event),
    )
    return bool(answer["Result"])


def test_a_pattern_is_tried_on_an_event(pipeline: Pipeline) -> None:
    assert tried(pipeline, {"source": ["order"], "detail": {"name": [{"wildcard": "*a*"}]}})
    assert not tried(pipeline, {"source": ["offer"]})
    assert not tried(pipeline, {"detail": {"size": [{"numeric": [">", 0]}]}})  # blind there
    assert tried(pipeline, {"detail": {"size": [{"anything-but": 0}]}})


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ({"source": "order"}, '"source" must be an object or an array'),
        ({"source": []}, "Empty arrays are not allowed"),
        ({}, "Empty objects are not allowed"),
        ({"source": [{"begins": "x"}]}, "Unrecognized match type begins"),
        ({"a": [{"wildcard": "a**"}]}, "Consecutive wildcard characters at pos 2"),
        ({"a": [{"numeric": [">", 6_000_000_000]}]}, "Value must be between -5.0E9 and 5.0E9, inclusive"),
        ("no json", "Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_a_pattern_that_aws_refuses_is_refused_in_its_words(pipeline: Pipeline, pattern: Any, reason: str) -> None:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    for call in (
        lambda: pipeline.events.put_rule(Name=f"{pipeline.name}-refused", EventPattern=text),
        lambda: tried(pipeline, text),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"] == {
            "Code": "InvalidEventPatternException",
            "Message": f"Event pattern is not valid. Reason: {reason}",
        }
    assert f"{pipeline.name}-refused" not in [rule["Name"] for rule in pipeline.events.list_rules()["Rules"]]


@pytest.mark.parametrize(
    "event",
    [
        *("no json", "[1]", '"text"', {"testEvent": "value"}),
        *({name: value for name, value in EVENT.items() if name != without} for without in list(EVENT)[:6]),
    ],
)
def test_an_event_without_what_all_events_have_is_refused(pipeline: Pipeline, event: Any) -> None:
    with pytest.raises(ClientError) as refused:
        tried(pipeline, {"source": ["order"]}, event)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Parameter Event is not valid.",
    }


def test_a_rule_gets_what_its_pattern_matches_on_aws_and_nothing_else(pipeline: Pipeline) -> None:
    url, arn = pipeline.queue()
    source = f"app.{pipeline.name}"
    pattern = {
        "source": [source],
        "detail": {"lines": {"item": [{"prefix": {"equals-ignore-case": "BOOK"}}], "count": [{"numeric": [">", 1]}]}},
    }
    pipeline.rule(pattern, {"Arn": arn})
    wanted = [{"item": "pen", "count": 1}, {"item": "Bookcase", "count": 2}]
    scattered = [{"item": "pen", "count": 2}, {"item": "Bookcase", "count": 1}]
    for name, lines in (("wanted", wanted), ("scattered", scattered), ("none", [])):
        entry = {"Source": source, "DetailType": name, "Detail": json.dumps({"lines": lines})}
        assert not pipeline.events.put_events(Entries=[entry])["FailedEntryCount"]
    assert [json.loads(message["Body"])["detail-type"] for message in pipeline.messages(url)] == ["wanted"]
