"""What a target gets of an event: Input, InputPath and InputTransformer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from .chain import ROLE

if TYPE_CHECKING:
    from .chain import Pipeline

DETAIL = {"text": "a b", "number": 5, "yes": True, "none": None, "many": [1, "x"], "deep": {"er": 'say "hi"'}}
PATHS = {
    "text": "$.detail.text",
    "number": "$.detail.number",
    "yes": "$.detail.yes",
    "many": "$.detail.many",
    "second": "$.detail.many[1]",
    "deep": "$.detail.deep",
    "quoted": "$.detail.deep.er",
    "missing": "$.detail.not.there",
    "kind": "$.detail-type",
}


def sent(pipeline: Pipeline, **target: Any) -> str:
    """What a queue gets of the event."""
    url, queue = pipeline.queue()
    pipeline.rule({"source": [pipeline.name]}, {"Arn": queue, **target})
    entry = {"Source": pipeline.name, "DetailType": "a kind", "Detail": json.dumps(DETAIL)}
    pipeline.events.put_events(Entries=[entry])
    [message] = pipeline.messages(url)
    return str(message["Body"])


def transformed(pipeline: Pipeline, template: str) -> str:
    return sent(pipeline, InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template})


def test_a_constant_takes_the_event_s_place(pipeline: Pipeline) -> None:
    assert sent(pipeline, Input='{"a":  1}') == '{"a":  1}'


@pytest.mark.parametrize(
    ("path", "found"),
    [("$.detail.deep", DETAIL["deep"]), ("$.detail.many[1]", "x"), ("$.detail", DETAIL), ("$.detail.not.there", None)],
)
def test_a_path_picks_a_part(pipeline: Pipeline, path: str, found: Any) -> None:
    assert json.loads(sent(pipeline, InputPath=path)) == found


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{"a": <text>, "b": "<text>!"}', '{"a": "a b", "b": "a b!"}'),
        ('{"a": <number>, "b": "<number>"}', '{"a": 5, "b": "5"}'),
        ('{"a": <yes>, "b": <many>}', '{"a": true, "b": [1,"x"]}'),
        ('{"a": <second>, "b": "<kind>"}', '{"a": "x", "b": "a kind"}'),
        ('{"a": <deep>}', '{"a": {"er":"say \\"hi\\""}}'),
        ('{"a": <missing>, "b": "x<missing>y"}', '{"a": "", "b": "xy"}'),
        ('"<text> of <kind>"', '"a b of a kind"'),
        ("<text>, <number>", "a b, 5"),
        ('"<quoted>"', '"say "hi""'),
    ],
)
def test_a_template_gets_values_as_they_are(pipeline: Pipeline, template: str, text: str) -> None:
    assert transformed(pipeline, template) == text


def test_a_template_knows_the_event_and_the_rule(pipeline: Pipeline) -> None:
    template = {name: f"<aws.events.{name}>" for name in ("rule-arn", "rule-name", "event.ingestion-time")}
    events = '"event": <aws.events.event>, "json": <aws.events.event.json>'
    found = json.loads(transformed(pipeline, f"{json.dumps(template)[:-1]}, {events}}}"))
    assert found["rule-arn"].endswith(f":rule/{found['rule-name']}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["event.ingestion-time"])
    assert found["json"]["detail"] == DETAIL
    whole = found["json"]
    whole["detailType"] = whole.pop("detail-type")
    assert found["event"] == {name: value for name, value in whole.items() if name != "detail"}


def test_a_value_that_breaks_the_json_around_it_makes_a_dead_letter(pipeline: Pipeline) -> None:
    url, queue = pipeline.queue()
    dead_url, dead = pipeline.queue()
    transformer = {"InputPathsMap": PATHS, "InputTemplate": '{"a": "<quoted>"}'}
    target = {"Arn": queue, "InputTransformer": transformer, "DeadLetterConfig": {"Arn": dead}}
    pipeline.rule({"source": [pipeline.name]}, target)
    pipeline.events.put_events(
        Entries=[{"Source": pipeline.name, "DetailType": "a kind", "Detail": json.dumps(DETAIL)}]
    )
    [letter] = pipeline.messages(dead_url)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "INVALID_JSON"
    assert pipeline.messages(url) == []


def test_a_machine_gets_what_the_template_makes(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    bucket = pipeline.bucket()
    url, queue = pipeline.queue()
    transformer = {"InputPathsMap": {"key": "$.detail.object.key"}, "InputTemplate": '{"key": <key>}'}
    target = {"Arn": arn, "RoleArn": ROLE, "InputTransformer": transformer, "DeadLetterConfig": {"Arn": queue}}
    pipeline.rule({"detail": {"bucket": {"name": [bucket]}}}, target)
    pipeline.s3.put_object(Bucket=bucket, Key="a+b é", Body=b"1")
    pipeline.s3.put_object(Bucket=bucket, Key='a "quoted" key', Body=b"1")
    [execution] = pipeline.executions(arn)
    assert json.loads(pipeline.ended(execution["executionArn"])["input"]) == {"key": "a+b é"}
    [letter] = pipeline.messages(url)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "INVALID_JSON"
    assert json.loads(letter["Body"])["detail"]["object"]["key"] == 'a "quoted" key'


def test_another_bus_gets_the_event_that_the_template_makes(pipeline: Pipeline) -> None:
    (url, queue), (dead_url, dead) = pipeline.queue(), pipeline.queue()
    bus = pipeline.events.create_event_bus(Name=pipeline.name)["EventBusArn"]
    pipeline.events.put_rule(Name="all", EventBusName=pipeline.name, EventPattern='{"source": ["made"]}')
    pipeline.events.put_targets(Rule="all", EventBusName=pipeline.name, Targets=[{"Id": "1", "Arn": queue}])
    template = '{"source": "made", "detail-type": <kind>, "detail": {"a": <text>}}'
    pipeline.rule(
        {"source": [pipeline.name]},
        {"Arn": bus, "RoleArn": ROLE, "InputTransformer": {"InputPathsMap": PATHS, "InputTemplate": template}},
        {"Arn": bus, "RoleArn": ROLE, "Input": "[]", "DeadLetterConfig": {"Arn": dead}},
    )
    entry = {"Source": pipeline.name, "DetailType": "a kind", "Detail": json.dumps(DETAIL)}
    pipeline.events.put_events(Entries=[entry])
    [message] = pipeline.messages(url)
    made = json.loads(message["Body"])
    assert (made["source"], made["detail-type"], made["detail"]) == ("made", "a kind", {"a": "a b"})
    [letter] = pipeline.messages(dead_url)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "INVALID_PARAMETER"
