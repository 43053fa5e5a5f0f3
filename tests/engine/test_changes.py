"""Comparison, by example."""

from __future__ import annotations

from typing import Any

import pytest

from s3ecs.engine.change import ABSENT, Change, changes
from s3ecs.engine.resource import UNKNOWN

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, Any, Any]]]] = {
    "equal settings": ({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 2]}, []),
    "a plain value": ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
    "one of several": ({"a": 1, "b": 1}, {"a": 1, "b": 2}, [("b", 1, 2)]),
    "a setting that is not observed": ({}, {"a": {"b": 1}}, [("a", ABSENT, {"b": 1})]),
    "a setting that is not desired": ({"a": 1, "theirs": 2}, {"a": 1}, []),
    "None is a value": ({}, {"a": None}, [("a", ABSENT, None)]),
    "a nested path": ({"a": {"b": {"c": 1}, "d": 0}}, {"a": {"b": {"c": 2}, "d": 0}}, [("a.b.c", 1, 2)]),
    "a nested key that is lacking": ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, [("a.c", ABSENT, 2)]),
    "a nested key too many": ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, [("a.c", 2, ABSENT)]),
    "nested keys in order": ({"a": {}}, {"a": {"z": 1, "b": 2}}, [("a.b", ABSENT, 2), ("a.z", ABSENT, 1)]),
    "a mapping for a value": ({"a": 1}, {"a": {"b": 1}}, [("a", 1, {"b": 1})]),
    "a list of plain values is one value": ({"a": [1, 2]}, {"a": [1, 3]}, [("a", [1, 2], [1, 3])]),
    "order in a list": ({"a": [1, 2]}, {"a": [2, 1]}, [("a", [1, 2], [2, 1])]),
    "records one by one": ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, [("a.1.b", 2, 3)]),
    "records inside records": ({"a": [{"b": [{"c": 1}]}]}, {"a": [{"b": [{"c": 2}]}]}, [("a.0.b.0.c", 1, 2)]),
    "one record more": ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {}]}, [("a", [{"b": 1}], [{"b": 1}, {}])]),
    "records for plain values": ({"a": [1]}, {"a": [{"b": 1}]}, [("a", [1], [{"b": 1}])]),
    "two empty lists": ({"a": []}, {"a": []}, []),
    "what is known later": ({"a": "id-1"}, {"a": UNKNOWN}, [("a", "id-1", UNKNOWN)]),
    "what is known later, nested": ({"a": {"b": "id-1"}}, {"a": {"b": UNKNOWN}}, [("a.b", "id-1", UNKNOWN)]),
    "what is known later, in a list": ({"a": ["x"]}, {"a": [UNKNOWN]}, [("a", ["x"], [UNKNOWN])]),
}


@pytest.mark.parametrize("case", CASES)
def test_differences_are_told_by_path(case: str) -> None:
    observed, desired, expected = CASES[case]
    assert changes(observed, desired) == tuple(Change(*each) for each in expected)


def test_the_first_word_of_a_path_is_the_setting() -> None:
    assert [change.top for change in changes({"a": {"b.c": 1}, "d": 1}, {"a": {"b.c": 2}, "d": 2})] == ["a", "d"]


def test_placeholders_read_as_words() -> None:
    assert (repr(ABSENT), repr(UNKNOWN)) == ("(none)", "(known after apply)")
