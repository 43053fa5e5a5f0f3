"""Which objects a job takes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.spec.filter import mismatch, overlaps, pattern_size, wildcard
from s3ecs.spec.model import Job

TEXT = st.text("ab*\\", max_size=4)


def job(prefix: str = "", suffix: str = "", min_size: int = 1) -> Job:
    return Job("convert", "repo", prefix=prefix, suffix=suffix, min_size=min_size)


@pytest.mark.parametrize(
    ("key", "size", "clause"),
    [
        ("target/a.csv", 10, None),
        ("target/.csv", 10, None),
        ("hoge/a.csv", 10, "key does not begin with target/"),
        ("Target/a.csv", 10, "key does not begin with target/"),
        ("target/a.txt", 10, "key does not end with .csv"),
        ("target/a.csv", 9, "object of 9 bytes is smaller than min_size 10"),
    ],
)
def test_the_clause_that_fails_is_told(key: str, size: int, clause: str | None) -> None:
    assert mismatch(job("target/", ".csv", min_size=10), key, size) == clause


def test_an_empty_object_starts_nothing_by_default() -> None:
    assert mismatch(job(), "target/", 0) == "object of 0 bytes is smaller than min_size 1"


def test_one_part_of_a_key_is_not_prefix_and_suffix_at_once() -> None:
    assert mismatch(job("aba", "aba"), "aba", 1) == "key is too short to begin with aba and then end with aba"
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
    ("prefix", "suffix", "expected"),
    [
        ("target/", ".csv", "target/*.csv"),
        ("a*b\\", "*", "a\\*b\\\\*\\*"),
        ("target/", "", None),
        ("", ".csv", None),
    ],
)
def test_prefix_and_suffix_are_one_wildcard(prefix: str, suffix: str, expected: str | None) -> None:
    assert wildcard(job(prefix, suffix)) == expected


def test_a_patterns_size_counts_escapes() -> None:
    plain = pattern_size(job("aa", ".csv"), "bucket")
    assert pattern_size(job("a*", ".csv"), "bucket") == plain + len(json.dumps("\\")) - 2
    assert pattern_size(job("a日", ".csv"), "bucket") == plain + 5
    assert plain < 300
