"""Templates: literal text and words in braces."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.spec.words import WORDS, Template, Word, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("{key}", (Word("key"),)),
        ("--key={key}", ("--key=", Word("key"))),
        ("{bucket}/{key}", (Word("bucket"), "/", Word("key"))),
        ("{{key}}", ("{key}",)),
        ("{{{key}}}", ("{", Word("key"), "}")),
        ("a{{b}}c", ("a{b}c",)),
        ("}}{{", ("}{",)),
        ("line\nbreak {time}\n", ("line\nbreak ", Word("time"), "\n")),
    ],
)
def test_text_becomes_literals_and_words(text: str, parts: tuple[str | Word, ...]) -> None:
    assert parse(text).parts == parts


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_known(word: str) -> None:
    assert parse(f"{{{word}}}").words == {word}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{kee}", "unknown word {kee}"),
        ("{}", "unknown word {}"),
        ("{ key }", "unknown word { key }"),
        ("{", "a lone { must be written {{"),
        ("{key", "a lone { must be written {{"),
        ("{ke{y}", "a lone { must be written {{"),
        ("}", "a lone } must be written }}"),
        ("{key}}", "a lone } must be written }}"),
        ("{{key}", "a lone } must be written }}"),
    ],
)
def test_what_is_no_template_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse(text)
    assert str(caught.value).startswith(reason)


def test_a_template_without_words_has_a_literal() -> None:
    assert parse("a{{b").literal == "a{b"
    assert parse("").literal == ""
    assert parse("{key}").literal is None


@given(st.lists(st.one_of(st.text(min_size=1), st.sampled_from(WORDS).map(Word))))
def test_what_is_escaped_comes_back(parts: list[str | Word]) -> None:
    text = "".join(
        f"{{{part.name}}}" if isinstance(part, Word) else part.replace("{", "{{").replace("}", "}}") for part in parts
    )
    read = parse(text).parts
    assert all(part != "" for part in read)
    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(read))
    assert _flat(read) == _flat(tuple(parts))


def test_a_megabyte_of_braces_is_read_at_once() -> None:
    begin = time.process_time()
    assert parse("{{" * 500_000) == Template(("{" * 500_000,))
    with pytest.raises(ValueError, match="lone"):
        parse("{key" * 250_000)
    assert time.process_time() - begin < 10


def _flat(parts: tuple[str | Word, ...]) -> list[str | Word]:
    return [step for part in parts for step in (part if isinstance(part, str) else (part,))]
