"""``s3ecs match``: which job takes a key, offline."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """
name: sorting
bucket: sorting-in
jobs:
  tables:
    image: a/b
    prefix: [in/, more/]
    suffix: [.csv, .tsv]
    exclude: "*/tmp/*"
  texts:
    image: a/b
    suffix: .txt
    max_size: 10
  odd:
    image: a/b
    pattern: {detail: {object: {$or: [{key: [{equals-ignore-case: ODD}]}, {key: [x], size: [{numeric: [">", 5]}]}]}}}
    overlap: true
"""
KEY, ODD = '"in/tmp/a.csv"', '"ODD"'


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "s3ecs.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def match(spec: str, *words: str, keys: bytes | None = None) -> tuple[int, bytes, str]:
    argv = [sys.executable, "-m", "s3ecs", "match", "-f", spec, *words]
    ran = subprocess.run(argv, input=keys, capture_output=True, check=False, timeout=60)
    return ran.returncode, ran.stdout, ran.stderr.decode()


def test_each_key_is_told_with_its_jobs_or_the_clause_that_fails_for_each(spec: str) -> None:
    code, out, err = match(spec, "in/a.csv", "in/tmp/a.csv", "b.txt", "oDD", "x")
    assert (code, err) == (1, "")
    assert out.decode().splitlines() == [
        "tables\tin/a.csv",
        "-\tin/tmp/a.csv",
        '  tables: key "in/tmp/a.csv" is excluded by */tmp/*',
        '  texts: key "in/tmp/a.csv" does not end with ".txt"',
        f"  odd: none of the pattern's 2 alternatives fits, and in one object.key {KEY} is not {ODD} in any case",
        "texts\tb.txt",
        "odd\toDD",
        "odd\tx",
    ]


def test_a_size_is_looked_at_where_one_is_named(spec: str) -> None:
    assert match(spec, "b.txt", "--size", "10")[:2] == (0, b"texts\tb.txt\n")
    code, out, _ = match(spec, "b.txt", "--size", "11")
    assert code == 1
    assert "  texts: size 11 is larger than max_size 10" in out.decode().splitlines()
    assert match(spec, "--size", "11", keys=b"b.txt\nmore/c.tsv\n")[:2] == (1, b"-\tb.txt\ntables\tmore/c.tsv\n")


def test_keys_on_standard_input_are_sorted_as_they_are(spec: str) -> None:
    keys = ["in/日本 \t.csv", "in/a'b\\.tsv", "", "nothing", "in/last.csv"]
    code, out, err = match(spec, keys="\n".join(keys).encode())
    assert (code, err) == (1, "")
    told = [("-" if key == "nothing" else "tables") + "\t" + key for key in keys if key]
    assert out.decode() == "".join(f"{line}\n" for line in told)


def test_keys_with_newlines_end_with_nul(spec: str) -> None:
    assert match(spec, "-0", keys=b"in/a\nb.csv\0in/c.csv\0")[:2] == (0, b"tables\tin/a\nb.csv\ntables\tin/c.csv\n")


def test_every_key_taken_is_0_and_no_key_is_fine(spec: str) -> None:
    assert match(spec, keys=b"in/a.csv\nin/b.csv")[0] == 0
    assert match(spec, keys=b"") == (0, b"", "")


def test_json_is_an_object_a_key(spec: str) -> None:
    _, out, _ = match(spec, "--json", "in/a.csv", "é")
    first, second = map(json.loads, out.splitlines())
    assert first["jobs"] == ["tables"]
    assert (second["key"], second["jobs"], sorted(second["reasons"])) == ("é", [], ["odd", "tables", "texts"])
    assert json.loads(match(spec, "--json", keys=b"in/a.csv")[1]) == {"key": "in/a.csv", "jobs": ["tables"]}


def test_a_key_cannot_steer_the_terminal(spec: str) -> None:
    _, out, _ = match(spec, "in/\x1b[31m.csv", "\x1b]0;x\x07")
    assert b"\x1b" not in out
    assert b"tables\tin/\\x1b[31m.csv" in out


def test_keys_in_many_pieces_of_input_are_whole(spec: str) -> None:
    keys = [f"in/{number:07}.csv" for number in range(120_000)]
    _, out, _ = match(spec, keys="\n".join(keys).encode())
    assert out.decode().splitlines() == [f"tables\t{key}" for key in keys]
