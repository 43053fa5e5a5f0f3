"""Which events start a run."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.pattern import InvalidPattern, parse
from s3ecs.spec.filter import Filter, excluded_later
from s3ecs.stack.pattern import event_pattern

from .jobs import HERE, job

if TYPE_CHECKING:
    from s3ecs.spec.model import Job

TEXT = st.text('a*\\/ü"', max_size=4)


def _object(**fields: Any) -> Any:
    return event_pattern(job(**fields), "uploads", HERE)["detail"].get("object")


def test_only_this_accounts_objects_in_this_bucket_start_a_run() -> None:
    assert event_pattern(job(prefix=("in/",)), "uploads", HERE) == {
        "source": ["aws.s3"],
        "account": ["123456789012"],
        "region": ["us-east-1"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": ["uploads"]},
            "object": {"key": [{"prefix": "in/"}], "size": [{"anything-but": [0]}]},
        },
    }


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"prefix": ["in/"]}, [{"prefix": "in/"}]),
        ({"prefix": ["in/", "more/"]}, [{"prefix": "in/"}, {"prefix": "more/"}]),
        ({"suffix": [".csv"]}, [{"suffix": ".csv"}]),
        ({"prefix": ["in/"], "suffix": [".csv"]}, [{"wildcard": "in/*.csv"}]),
        ({"prefix": ["a/", "b/"], "suffix": [".c", ".d"]}, [{"wildcard": f"{a}/*.{c}"} for a in "ab" for c in "cd"]),
        ({"prefix": ["a*\\"], "suffix": ["*b"]}, [{"wildcard": "a\\*\\\\*\\*b"}]),
        ({"prefix": ["a*\\"]}, [{"prefix": "a*\\"}]),
        ({"exclude": ["*.tmp", "old/*"]}, [{"anything-but": {"wildcard": ["*.tmp", "old/*"]}}]),
        ({"prefix": ["in/"], "exclude": ["*.tmp"]}, [{"prefix": "in/"}]),
    ],
)
def test_what_is_asked_of_a_key_is_one_filter(fields: dict[str, list[str]], key: list[Any]) -> None:
    assert _object(**{name: tuple(texts) for name, texts in fields.items()})["key"] == key


def test_without_prefix_and_suffix_any_key_will_do() -> None:
    assert _object() == {"size": [{"anything-but": [0]}]}


def test_empty_objects_start_a_run_only_where_min_size_is_0() -> None:
    assert _object(min_size=0) is None
    assert "size" not in _object(min_size=0, prefix=("in/",))


def test_no_filter_is_blind_to_objects_above_five_gigabytes() -> None:
    assert "numeric" not in json.dumps(_object(min_size=10**12))


def test_reasons_are_asked_for_where_the_spec_names_some() -> None:
    assert event_pattern(job(events=("CopyObject",)), "uploads", HERE)["detail"]["reason"] == ["CopyObject"]
    assert "reason" not in event_pattern(job(), "uploads", HERE)["detail"]


def test_a_raw_pattern_stands_beside_what_the_rule_always_asks_for() -> None:
    raw = {"object": {"key": [{"wildcard": "a/*/b"}]}, "requester": [{"exists": True}]}
    assert event_pattern(job(pattern=raw), "uploads", HERE)["detail"] == {
        "bucket": {"name": ["uploads"]},
        "object": {"key": [{"wildcard": "a/*/b"}], "size": [{"anything-but": [0]}]},
        "requester": [{"exists": True}],
    }
    assert raw["object"] == {"key": [{"wildcard": "a/*/b"}]}
    sized = {"object": {"size": [{"numeric": [">", 5]}]}}
    assert event_pattern(job(pattern=sized), "uploads", HERE)["detail"]["object"] == sized["object"]


def _taken(key_filter: dict[str, Any], key: str) -> bool:
    """EventBridge's operators, read off its documentation."""
    ((operator, value),) = key_filter.items()
    if operator == "anything-but":
        return not any(_taken({"wildcard": glob}, key) for glob in value["wildcard"])
    if operator != "wildcard":
        return bool(key.startswith(value) if operator == "prefix" else key.endswith(value))
    words = re.findall(r"\\.|\*|[^\\*]+", value, re.DOTALL)
    assert "".join(words) == value
    form = "".join(".*" if word == "*" else re.escape(word[1:] if word[0] == "\\" else word) for word in words)
    return re.fullmatch(form, key, re.DOTALL) is not None


@given(
    st.lists(TEXT.filter(bool), max_size=2),
    st.lists(TEXT.filter(bool), max_size=2),
    st.lists(st.sampled_from(["a*", "*ü", "*a*", "\\**"]), max_size=2),
    st.text('a*\\/ü"', max_size=12),
)
def test_pattern_and_machine_take_what_the_job_takes(
    prefixes: list[str], suffixes: list[str], globs: list[str], key: str
) -> None:
    wanted = job(prefix=tuple(prefixes), suffix=tuple(suffixes), exclude=tuple(globs))
    with suppress(InvalidPattern):
        agrees(wanted, key)


def agrees(wanted: Job, key: str) -> None:
    takes_key = Filter(wanted).of_keys()  # refuses what AWS finds too complex, as the spec's rules do
    asked = event_pattern(wanted, "uploads", HERE)["detail"]["object"].get("key", [{"prefix": ""}])
    left_out = any(_taken({"wildcard": glob}, key) for glob in excluded_later(wanted))
    takes = any(_taken(each, key) for each in asked) and not left_out
    assert takes == (Filter(wanted).mismatch(key, 1) is None)
    assert takes == takes_key(key)


@given(TEXT, TEXT, st.text('a*\\/ü"', max_size=12), st.integers(0, 1), st.sampled_from([0, 1, 2, 6 * 10**9]))
def test_the_rule_gets_the_events_of_objects_that_the_job_takes(
    prefix: str, suffix: str, key: str, min_size: int, size: int
) -> None:
    # A min_size above one byte is not the pattern's to decide but the state machine's.
    ends: dict[str, Any] = {name: (text,) for name, text in (("prefix", prefix), ("suffix", suffix)) if text}
    wanted = job(min_size=min_size, **ends)
    pattern = parse(event_pattern(wanted, "uploads", HERE))
    assert pattern.matches(_created(key, size)) == (Filter(wanted).mismatch(key, size) is None)


@pytest.mark.parametrize("where", ["bucket", "account", "region", "source", "detail-type"])
def test_the_rule_gets_no_event_of_elsewhere(where: str) -> None:
    pattern = parse(event_pattern(job(prefix=("in/",)), "uploads", HERE))
    event = _created("in/a", 1)
    assert pattern.matches(event)
    if where == "bucket":
        event["detail"]["bucket"]["name"] = "others"
    else:
        event[where] = "other"
    assert not pattern.matches(event)


def _created(key: str, size: int) -> dict[str, Any]:
    """An event as S3 sends it."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": HERE.account,
        "time": "2026-11-24T09:00:00Z",
        "region": HERE.region,
        "resources": ["arn:aws:s3:::uploads"],
        "detail": {
            "version": "0",
            "bucket": {"name": "uploads"},
            "object": {"key": key, "size": size, "etag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "00"},
            "reason": "PutObject",
        },
    }
