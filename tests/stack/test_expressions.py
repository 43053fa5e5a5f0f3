"""Templates become expressions that the state machine fills in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.spec.words import WORDS, Template, Word, parse
from s3ecs.stack.expressions import command, expression


@pytest.mark.parametrize(
    ("written", "compiled"),
    [
        (["{key}"], {"Command.$": "States.Array($.detail.object.key)"}),
        (["--in", "{key}"], {"Command.$": "States.Array('--in', $.detail.object.key)"}),
        (["--verbose", "{{x}}"], {"Command": ["--verbose", "{x}"]}),
        ([], {}),
        ([""], {"Command": [""]}),
        (["{key}", ""], {"Command.$": "States.Array($.detail.object.key, '')"}),
    ],
)
def test_a_command_is_compiled_to_this(written: list[str], compiled: dict[str, Any]) -> None:
    assert command([parse(text) for text in written]) == compiled


@pytest.mark.parametrize(
    ("written", "compiled"),
    [
        ("{key}", "$.detail.object.key"),
        ("{bucket}", "$.detail.bucket.name"),
        ("{etag}", "$.detail.object.etag"),
        ("{version_id}", "$.detail.object['version-id']"),
        ("{region}", "$.region"),
        ("{time}", "$.time"),
        ("{uri}", "States.Format('s3://{}/{}', $.detail.bucket.name, $.detail.object.key)"),
        ("{size}", "States.Format('{}', $.detail.object.size)"),
        ("--bytes={size}", "States.Format('--bytes={}', $.detail.object.size)"),
        ("<{uri}>", "States.Format('<s3://{}/{}>', $.detail.bucket.name, $.detail.object.key)"),
        ("it's {{key}} \\", "'it\\'s \\{key\\} \\\\'"),
        ("'{{{key}}}\\", "States.Format('\\'\\{{}\\}\\\\', $.detail.object.key)"),
    ],
)
def test_a_word_becomes_its_path_and_a_literal_is_escaped(written: str, compiled: str) -> None:
    assert expression(parse(written)) == compiled


def test_every_word_has_an_expression() -> None:
    assert all(expression(Template((Word(word),))) for word in WORDS)


def _read(quoted: str) -> list[str | None]:
    """A quoted literal as the States Language reads it: its characters, None for each place to fill in."""
    assert quoted[0] == quoted[-1] == "'"
    found: list[str | None] = []
    for piece in re.findall(r"\\.|\{\}|.", quoted[1:-1], re.DOTALL):
        assert piece not in ("'", "{", "}", "\\"), "unescaped"
        found.append(None if piece == "{}" else piece[-1])
    return found


@given(st.text("a'{}\\ \n\"$é", max_size=20))
def test_a_literal_is_read_back_as_it_was_written(text: str) -> None:
    compiled = expression(Template((text,) if text else ()))
    assert _read(compiled) == list(text)


@given(st.lists(st.one_of(st.text("a'{}\\$", min_size=1, max_size=5), st.sampled_from(WORDS).map(Word)), min_size=2))
def test_a_mixture_has_a_value_for_each_place(parts: list[str | Word]) -> None:
    compiled = expression(Template(tuple(parts)))
    found = re.fullmatch(r"States\.Format\(('(?:\\.|[^'\\])*'), (.*)\)", compiled, re.DOTALL)
    if not any(isinstance(part, Word) for part in parts):
        assert _read(compiled) == list("".join(part for part in parts if isinstance(part, str)))
        return
    assert found
    assert _read(found[1]).count(None) == len(found[2].split(", "))
