"""A task role that may write what its own job takes."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.errors import SpecError
from s3ecs.spec import globs
from s3ecs.spec.loading import load_bytes

PATTERN = st.text("ab*?", max_size=6)
LITERAL = st.text("ab", max_size=2)


def loops(*statements: str, prefix: str = "target/", suffix: str = "", account: str = "") -> bool:
    lines = "".join(f"      - {statement}\n" for statement in statements)
    text = (
        f"name: go\n{account}bucket: ${{account}}-in\njobs:\n  convert:\n    image: repo\n"
        f"    prefix: '{prefix}'\n    suffix: '{suffix}'\n    policy:\n{lines}"
    )
    try:
        load_bytes(text.encode(), file="s3ecs.yaml", folder=Path())
    except SpecError as error:
        others = [str(problem) for problem in error.problems if "a loop" not in problem.message]
    else:
        return False
    assert others == []
    return True


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:putobject", "s3:Put*", "s3:*", "s3:P?tObject", "s3:*Object"])
def test_every_spelling_of_writing_is_seen(action: str) -> None:
    assert loops(f"{{Action: '{action}', Resource: '*'}}")


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObjectTagging", "s3:DeleteObject", "sqs:*"])
def test_what_makes_no_object_makes_no_loop(action: str) -> None:
    assert not loops(f"{{Action: '{action}', Resource: '*'}}")


@pytest.mark.parametrize(
    ("resource", "loop"),
    [
        ("arn:aws:s3:::${account}-in/*", True),
        ("arn:aws:s3:::${account}-in/target/*", True),
        ("arn:aws:s3:::${account}-in/target/out/*.csv", True),
        ("arn:aws:s3:::${account}-in/target/one", True),
        ("arn:aws-cn:s3:::${account}-in/t*", True),
        ("arn:*:s3:::*", True),
        ("arn:aws:s3:::${account}-in/${aws:username}/*", True),
        ("arn:aws:s3:::${account}-in/targe?/x", True),
        ("arn:aws:s3:::${account}-in", False),
        ("arn:aws:s3:::${account}-in/results/*", False),
        ("arn:aws:s3:::${account}-in/target", False),
        ("arn:aws:s3:::${account}-out/*", False),
        ("arn:aws:s3:::other-*", False),
    ],
)
def test_a_resource_is_held_against_what_the_job_takes(resource: str, loop: bool) -> None:
    assert loops(f"{{Action: 's3:PutObject', Resource: '{resource}'}}") == loop


def test_a_suffix_tells_input_from_output() -> None:
    statement = "{Action: 's3:PutObject', Resource: 'arn:aws:s3:::${account}-in/target/*.parquet'}"
    assert not loops(statement, suffix=".csv")
    assert loops(statement, suffix="t")


def test_the_account_is_filled_in_where_the_spec_names_it() -> None:
    statement = "{Action: 's3:PutObject', Resource: 'arn:aws:s3:::012345678901-in/*'}"
    assert loops(statement, account="account: '012345678901'\n")
    assert not loops(statement, account="account: '999999999999'\n")


def test_a_deny_in_front_stops_the_loop_but_one_with_a_condition_does_not() -> None:
    allow = "{Action: 's3:*', Resource: '*'}"
    assert not loops(allow, "{Effect: Deny, Action: 's3:PutObject', Resource: 'arn:aws:s3:::${account}-in/target/*'}")
    assert loops(allow, "{Effect: Deny, Action: 's3:PutObject', Resource: 'arn:aws:s3:::${account}-in/target/a*'}")
    condition = "Condition: {Bool: {'aws:SecureTransport': 'false'}}"
    assert loops(allow, f"{{Effect: Deny, Action: 's3:*', Resource: '*', {condition}}}")


@given(PATTERN, st.text("ab", max_size=6))
def test_a_glob_matches_as_a_regular_expression_would(pattern: str, text: str) -> None:
    regex = pattern.replace("*", ".*").replace("?", ".")
    assert globs.matches(pattern, text) == bool(re.fullmatch(regex, text))


@given(PATTERN, LITERAL, LITERAL)
def test_a_glob_meets_what_some_text_shows(pattern: str, head: str, tail: str) -> None:
    texts = (f"{head}{''.join(middle)}{tail}" for n in range(9) for middle in itertools.product("ab", repeat=n))
    assert globs.meets(pattern, head, tail) == any(globs.matches(pattern, text) for text in texts)


@given(PATTERN, LITERAL, LITERAL, st.text("ab", max_size=5))
def test_a_glob_that_covers_the_samples_matches_everything_there(pattern: str, head: str, tail: str, text: str) -> None:
    if globs.covers(pattern, globs.samples(head, tail)):
        assert globs.matches(pattern, f"{head}{text}{tail}")
        if text.startswith(head) and text.endswith(tail):
            assert globs.matches(pattern, text)


def test_a_question_mark_covers_no_text_of_any_length() -> None:
    assert not globs.covers("a?b*", globs.samples("a", "bb"))
    assert not globs.matches("a?b*", "axxbb")
    assert globs.covers("a*b", globs.samples("a", "bb"))


def test_a_beginning_that_lies_in_the_end_is_not_covered_by_one_after_the_other() -> None:
    assert not globs.covers("aba*bab", globs.samples("aba", "bab"))
    assert not globs.matches("aba*bab", "abab")
