"""Patterns and events as AWS publishes their meaning, case by case; the tables stand beside."""

from __future__ import annotations

import json

import pytest

from s3ecs.pattern import InvalidPattern, field_of, loads, parse
from s3ecs.pattern.operators import OPERATORS

from .table import rows

FIELDS = rows("fields.txt")
EVENTS = rows("events.txt")
REFUSED = rows("refused.txt")
SENTENCES = rows("sentences.txt")


@pytest.mark.parametrize(("entries", "value", "expected"), FIELDS, ids=map(" ".join, FIELDS))
def test_a_field_accepts_what_aws_says(entries: str, value: str, expected: str) -> None:
    pattern = parse({"detail": {"f": json.loads(entries)}})
    event = {"detail": {"other": 1} if value == "-" else {"other": 1, "f": json.loads(value)}}
    assert pattern.matches(event) == (expected == "yes")
    assert (pattern.why_not(event) is None) == (expected == "yes")
    field = field_of(pattern, ("detail", "f"))
    if value == "-":
        assert field.absent == (expected == "yes")
    elif value[0] not in "[{":
        assert field.accepts(json.loads(value)) == (expected == "yes")


@pytest.mark.parametrize(("pattern", "event", "expected"), EVENTS, ids=map(" ".join, EVENTS))
def test_an_event_matches_as_aws_says(pattern: str, event: str, expected: str) -> None:
    assert loads(pattern).matches(json.loads(event)) == (expected == "yes")


@pytest.mark.parametrize(("pattern", "path", "reason"), REFUSED, ids=map(" ".join, REFUSED))
def test_what_aws_refuses_is_refused_in_its_words_with_the_place(pattern: str, path: str, reason: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        loads(pattern)
    assert (refused.value.path, refused.value.reason) == (path, reason)
    assert refused.value.answer == f"Event pattern is not valid. Reason: {reason}"
    assert str(refused.value) == f"{path}: {refused.value.answer}".removeprefix(": ")
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(("pattern", "event", "sentence"), SENTENCES, ids=[row[2] for row in SENTENCES])
def test_the_clause_that_fails_is_told(pattern: str, event: str, sentence: str) -> None:
    assert loads(pattern).why_not(json.loads(event)) == sentence


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_has_cases_for_yes_for_no_and_refused(operator: str) -> None:
    written = f'{{"{operator}":'
    assert {expected for entries, _, expected in FIELDS if written in entries} == {"yes", "no"}
    assert any(written in pattern for pattern, _, _ in REFUSED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("this is no json", "Expecting value"),
        ("{'bad': 'quotation'}", "Expecting property name enclosed in double quotes"),
        ('{"a": [NaN]}', "Non-standard token 'NaN'"),
        ('{"a":' * 50_000, "Nested too deep"),
        ('{"a":' * 200 + "[1]" + "}" * 200, "Nested too deep"),
        (f'{{"a": [{"1" * 5000}]}}', "Exceeds the limit"),
    ],
)
def test_what_is_no_json_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidPattern, match=f"^[a.]*(: )?Event pattern is not valid. Reason: {reason}"):
        loads(text)
