"""Which objects a job takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.spec.ends import overlaps
from s3ecs.spec.filter import Filter, has_wildcard, pattern_size
from s3ecs.spec.model import Job

TEXT = st.text("ab*\\", max_size=4)


def job(prefix: str = "", suffix: str = "", **fields: Any) -> Job:
    return Job("convert", "repo", prefix=(prefix,) * bool(prefix), suffix=(suffix,) * bool(suffix), **fields)


def mismatch(wanted: Job, key: str, size: int) -> str | None:
    return Filter(wanted).mismatch(key, size)


@pytest.mark.parametrize(
    ("key", "size", "clause"),
    [
        ("target/a.csv", 10, None),
        ("target/.csv", 10, None),
        ("hoge/a.csv", 10, 'key "hoge/a.csv" does not match "target/*.csv"'),
        ("Target/a.csv", 9, 'key "Target/a.csv" does not match "target/*.csv"'),
        ("target/a.csv", 9, "size 9 is smaller than min_size 10"),
        ("target/a.csv", 21, "size 21 is larger than max_size 20"),
        ("target/tmp.csv", 10, 'key "target/tmp.csv" is excluded by *tmp*'),
    ],
)
def test_the_clause_that_fails_is_told(key: str, size: int, clause: str | None) -> None:
    wanted = job("target/", ".csv", min_size=10, max_size=20, exclude=("*tmp*",))
    assert mismatch(wanted, key, size) == clause


def test_an_empty_object_starts_nothing_by_default() -> None:
    assert mismatch(job(), "target/", 0) == "size 0 is smaller than min_size 1"


def test_one_part_of_a_key_is_not_prefix_and_suffix_at_once() -> None:
    assert mismatch(job("aba", "aba"), "aba", 1) == 'key "aba" does not match "aba*aba"'
    assert mismatch(job("aba", "aba"), "abaaba", 1) is None


@given(TEXT, TEXT, TEXT, TEXT, TEXT)
def test_jobs_that_take_one_key_overlap(p: str, s: str, q: str, t: str, middle: str) -> None:
    a, b = job(p, s), job(q, t)
    assert overlaps(a, b) == overlaps(b, a)
    longest = max(p, q, key=len) + middle + max(s, t, key=len)
    both = mismatch(a, longest, 1) is None and mismatch(b, longest, 1) is None
    assert overlaps(a, b) == both


def test_a_key_too_long_for_s3_makes_no_overlap() -> None:
    assert overlaps(job("a" * 600), job(suffix="b" * 424))
    assert not overlaps(job("a" * 600), job(suffix="b" * 425))


@pytest.mark.parametrize(
    ("fields", "other", "shared"),
    [
        ({"max_size": 9}, {"min_size": 10}, False),
        ({"max_size": 10}, {"min_size": 10}, True),
        ({"events": ("PutObject",)}, {"events": ("CopyObject",)}, False),
        ({"events": ("PutObject",)}, {"events": ("CopyObject", "PutObject")}, True),
        ({"events": ("PutObject",)}, {}, True),
        ({"exclude": ("done/*",)}, {"prefix": ("done/",)}, False),
        ({"exclude": ("done/*/x",)}, {"prefix": ("done/",)}, True),
        ({"exclude": ("*.csv",)}, {"suffix": (".csv", ".txt")}, True),
        ({"prefix": ("a/", "b/")}, {"prefix": ("c/", "b/d/")}, True),
        ({"prefix": ("a/", "b/")}, {"prefix": ("c/", "d/")}, False),
        ({"pattern": {"object": {"key": [{"wildcard": "a/*/z"}]}}}, {"prefix": ("a/b",)}, True),
        ({"pattern": {"object": {"key": [{"wildcard": "a/*/z"}]}}}, {"prefix": ("b",)}, False),
        ({"pattern": {"object": {"key": ["a"]}}}, {"prefix": ("b",)}, False),
        ({"pattern": {"object": {"key": [{"exists": True}]}}}, {"prefix": ("b",)}, True),
        ({"pattern": {"reason": ["CopyObject"]}}, {"prefix": ("b",)}, True),
    ],
)
def test_every_clause_of_a_filter_can_tell_two_jobs_apart(
    fields: dict[str, Any], other: dict[str, Any], shared: bool
) -> None:
    one, two = Job("one", "repo", **fields), Job("two", "repo", **other)
    assert overlaps(one, two) == overlaps(two, one) == shared


def test_a_job_counts_among_the_rules_with_a_wildcard_where_its_pattern_has_one() -> None:
    assert has_wildcard(job("a", "b"))
    assert has_wildcard(job(exclude=("*.tmp",)))
    assert not has_wildcard(job("a", exclude=("*.tmp",)))
    assert not has_wildcard(job('{"wildcard":'))


def test_a_patterns_size_counts_escapes() -> None:
    plain = pattern_size(job("aa", ".csv"), "bucket")
    assert pattern_size(job("a*", ".csv"), "bucket") == plain + len(json.dumps("\\")) - 2
    assert pattern_size(job("a日", ".csv"), "bucket") == plain + 5
    assert plain < 300
