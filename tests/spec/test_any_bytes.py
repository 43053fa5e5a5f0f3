"""Whatever a file holds, reading it ends in a Spec or in a SpecError whose problems can be printed."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from s3ecs.errors import SpecError
from s3ecs.spec import tree
from s3ecs.spec.loading import load_bytes

ROOT = Path(__file__).parents[2]
FULL = (ROOT / "config/full.yaml").read_text(encoding="utf-8")
LINES = [line for line in FULL.splitlines() if line.strip() and not line.lstrip().startswith("#")]
SCRAPS = st.sampled_from(
    ["", "~", "on", "0777", "1:30", "[", "]", "{", "}", "{key}", "- ", "? ", ": ", "&a ", "*a", "<<: *a", "!!binary x",
     "!!set {a}", "!x", "|", ">", "\t", "'", '"', '"\\U00110000"', '"\\ud800"', "\\", "%", "---\n", "...\n", "\x00",
     "\x85", "\ufeff", "日本", "2026-01-31", "1e3", ".nan", "9" * 5000, "#", "=", "jobs:", "{a: {a: {a: [[]]}}}"]
)  # fmt: skip


def outcome(data: bytes) -> str:
    """Read ``data``; returns the problems as text, empty for a good spec. Anything but SpecError fails the test."""
    error: SpecError | None = None
    try:
        load_bytes(data, file="s3ecs.yaml", folder=ROOT / "config")
    except SpecError as raised:
        error = raised
    if error is None:
        return ""
    assert error.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in error.problems)
    assert all(line.isprintable() for line in str(error).split("\n"))
    return str(error)


@given(st.binary(max_size=200))
@example(b"\xff\xfen\x00")
@example(b'a: "\\UFFFFFFFF"')
@example(b"%YAML " + b"9" * 5000 + b".1\n---\na: 1")
@example(b"!<%ff> a")
@example(b"? - [a]\n: b")
@example(b"{" * 5000)
@example(b"&a [*a]")
def test_any_bytes_are_a_spec_or_problems(data: bytes) -> None:
    outcome(data)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_spec_or_problems(text: str) -> None:
    outcome(text.encode())
    outcome(f"name: go\nbucket: go-uploads\njobs:\n  convert:\n    image: repo\n    prefix: {text}\n".encode())


@settings(max_examples=300)
@given(st.data())
def test_any_mutation_of_a_spec_is_a_spec_or_problems(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line, scrap = lines[at], data.draw(SCRAPS)
        cut = data.draw(st.integers(0, len(line)))
        key, _, _ = line.partition(": ")
        lines[at] = data.draw(
            st.sampled_from(
                ["", scrap, line[:cut] + scrap + line[cut:], line[:cut] + scrap, f"{key}: {scrap}", line * 2]
            )
        )
    outcome("\n".join(lines).encode("utf-8", "surrogatepass"))


@given(st.lists(SCRAPS, max_size=12).map(" ".join))
def test_the_parser_in_python_is_held_to_the_same(text: str) -> None:
    fast, tree._FAST = tree._FAST, yaml.SafeLoader
    try:
        outcome(text.encode())
    finally:
        tree._FAST = fast


def test_the_reference_itself_has_no_problem() -> None:
    assert outcome("\n".join(LINES).encode()) == ""
