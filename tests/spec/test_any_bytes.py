"""Whatever a file holds, reading it ends in a Spec or in a SpecError whose problems can be printed."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from s3ecs.spec import tree

from .reading import LINES, SCRAPS, problems

SOME = st.sampled_from(SCRAPS)


@given(st.binary(max_size=200))
@example(b"\xff\xfen\x00")
@example(b'a: "\\UFFFFFFFF"')
@example(b"%YAML " + b"9" * 5000 + b".1\n---\na: 1")
@example(b"!<%ff> a")
@example(b"? - [a]\n: b")
@example(b"{" * 5000)
@example(b"&a [*a]")
def test_any_bytes_are_a_spec_or_problems(data: bytes) -> None:
    problems(data)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_spec_or_problems(text: str) -> None:
    problems(text.encode())
    problems(f"name: go\nbucket: go-uploads\njobs:\n  convert:\n    image: repo\n    prefix: {text}\n".encode())


@settings(max_examples=300)
@given(st.data())
def test_any_mutation_of_a_spec_is_a_spec_or_problems(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line, scrap = lines[at], data.draw(SOME)
        cut = data.draw(st.integers(0, len(line)))
        key, _, _ = line.partition(": ")
        lines[at] = data.draw(
            st.sampled_from(
                ["", scrap, line[:cut] + scrap + line[cut:], line[:cut] + scrap, f"{key}: {scrap}", line * 2]
            )
        )
    problems("\n".join(lines).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("scrap", SCRAPS, ids=ascii)
def test_an_event_pattern_of_any_scrap_is_a_spec_or_problems(scrap: str) -> None:
    before = "name: go\nbucket: go-uploads\njobs:\n  convert:\n    image: repo\n    overlap: true\n"
    problems(f"{before}    pattern: {{detail: {{object: {{size: [{scrap}]}}}}}}\n".encode("utf-8", "surrogatepass"))


@given(st.lists(SOME, max_size=12).map(" ".join))
def test_the_parser_in_python_is_held_to_the_same(text: str) -> None:
    fast, tree._FAST = tree._FAST, yaml.SafeLoader
    try:
        problems(text.encode())
    finally:
        tree._FAST = fast


def test_the_reference_itself_has_no_problem() -> None:
    assert problems("\n".join(LINES).encode()) == ()
