"""Which events start a run."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.spec.filter import mismatch
from s3ecs.stack.pattern import event_pattern

from .jobs import HERE, job

TEXT = st.text('a*\\/ü"', max_size=4)


def _object(**fields: Any) -> Any:
    return event_pattern(job(**fields), "uploads", HERE)["detail"].get("object")


def test_only_this_accounts_objects_in_this_bucket_start_a_run() -> None:
    assert event_pattern(job(prefix="in/"), "uploads", HERE) == {
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
        ({"prefix": "in/"}, [{"prefix": "in/"}]),
        ({"suffix": ".csv"}, [{"suffix": ".csv"}]),
        ({"prefix": "in/", "suffix": ".csv"}, [{"wildcard": "in/*.csv"}]),
        ({"prefix": "a*\\", "suffix": "*b"}, [{"wildcard": "a\\*\\\\*\\*b"}]),
        ({"prefix": "a*\\"}, [{"prefix": "a*\\"}]),
    ],
)
def test_prefix_and_suffix_are_one_filter(fields: dict[str, str], key: list[dict[str, str]]) -> None:
    assert _object(**fields)["key"] == key


def test_without_prefix_and_suffix_any_key_will_do() -> None:
    assert _object() == {"size": [{"anything-but": [0]}]}


def test_empty_objects_start_a_run_only_where_min_size_is_0() -> None:
    assert _object(min_size=0) is None
    assert "size" not in _object(min_size=0, prefix="in/")


def test_no_filter_is_blind_to_objects_above_five_gigabytes() -> None:
    assert "numeric" not in json.dumps(_object(min_size=10**12))


def _taken(key_filter: dict[str, str], key: str) -> bool:
    """EventBridge's operators, read off its documentation."""
    ((operator, value),) = key_filter.items()
    if operator != "wildcard":
        return key.startswith(value) if operator == "prefix" else key.endswith(value)
    words = re.findall(r"\\.|\*|[^\\*]+", value, re.DOTALL)
    assert "".join(words) == value
    form = "".join(".*" if word == "*" else re.escape(word[1:] if word[0] == "\\" else word) for word in words)
    return re.fullmatch(form, key, re.DOTALL) is not None


@given(TEXT, TEXT, st.text('a*\\/ü"', max_size=12))
def test_the_pattern_takes_what_the_job_takes(prefix: str, suffix: str, key: str) -> None:
    filters = _object(prefix=prefix, suffix=suffix).get("key", [{"prefix": ""}])
    assert _taken(filters[0], key) == (mismatch(job(prefix=prefix, suffix=suffix), key, 1) is None)
