"""``s3ecs init``: a first spec that works as it is, and nothing overwritten."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema import Draft202012Validator

from .terminal import COMMAND
from .test_screen import typed

if TYPE_CHECKING:
    from .conftest import MakeTerminal
    from .terminal import Terminal

ANSWERS = ("--name", "newcomer", "--bucket", "${account}-newcomer", "--prefix", "in coming/")


@pytest.fixture
def empty(make_terminal: MakeTerminal) -> Terminal:
    """A terminal in an empty folder."""
    return make_terminal()


def names(terminal: Terminal) -> set[str]:
    return {path.name for path in terminal.folder.iterdir()}


def test_written_spec_runs_as_it_is_and_prints_the_key(empty: Terminal) -> None:
    written = empty("init", *ANSWERS)
    assert written.code == 0
    assert written.err.endswith("next: s3ecs --local up\nthen: s3ecs --local test-upload\n")
    assert empty("--local", "up", "--yes").code == 0
    ran = empty("--local", "test-upload", "--key", "in coming/a b.txt")
    assert (ran.code, ran.out) == (0, "in coming/a b.txt\n")
    assert empty("--local", "down", "--delete-data", "--confirm", "newcomer").code == 0


def test_first_line_names_the_schema_that_lies_beside(empty: Terminal) -> None:
    empty("init", *ANSWERS)
    lines = (empty.folder / "s3ecs.yaml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 15
    named = lines[0].removeprefix("# yaml-language-server: $schema=")
    beside = (empty.folder / named).read_text(encoding="utf-8")
    assert beside == empty("schema").out
    assert Draft202012Validator(json.loads(beside)).is_valid(yaml.safe_load("\n".join(lines)))


def test_spec_that_is_there_is_never_overwritten(empty: Terminal) -> None:
    file = empty.folder / "s3ecs.yaml"
    file.write_text("mine")
    ran = empty("init", *ANSWERS)
    assert (ran.code, ran.errors) == (4, ["s3ecs.yaml is there already; nothing was written"])
    assert ran.hint == "name another file: s3ecs init -f FILE"
    assert (file.read_text(), names(empty)) == ("mine", {"s3ecs.yaml"})


def test_link_to_nothing_is_not_written_through(empty: Terminal) -> None:
    (empty.folder / "s3ecs.yaml").symlink_to("elsewhere.yaml")
    assert empty("init", *ANSWERS).code == 4
    assert names(empty) == {"s3ecs.yaml"}


def test_spec_in_the_config_folder_is_not_put_out_of_use(empty: Terminal) -> None:
    (empty.folder / "config").mkdir()
    (empty.folder / "config" / "s3ecs.yaml").write_text("mine")
    ran = empty("init", *ANSWERS)
    assert (ran.code, ran.errors) == (4, ["config/s3ecs.yaml is there already; nothing was written"])
    assert names(empty) == {"config"}


def test_spec_that_comes_while_it_asks_is_not_overwritten(empty: Terminal) -> None:
    ours, theirs = pty.openpty()
    words = [*COMMAND, "init", *ANSWERS[:4]]
    asking = subprocess.Popen(
        words, cwd=empty.folder, env=empty.environment(), stdin=theirs, stdout=theirs, stderr=subprocess.STDOUT
    )
    os.close(theirs)
    with os.fdopen(ours, "r+b", buffering=0) as screen:
        shown = b""
        while not shown.endswith(b"[incoming/]: "):
            shown += screen.read(1)
        (empty.folder / "s3ecs.yaml").write_text("mine")
        screen.write(b"\n")
        assert asking.wait(timeout=60) == 4
    assert (empty.folder / "s3ecs.yaml").read_text() == "mine"
    assert names(empty) == {"s3ecs.yaml"}


def test_schema_that_is_there_is_left_as_it_is(empty: Terminal) -> None:
    (empty.folder / "s3ecs.schema.json").write_text("{}")
    ran = empty("init", *ANSWERS)
    assert ran.code == 0
    assert "s3ecs.schema.json was there and is left as it is" in ran.err
    assert (empty.folder / "s3ecs.schema.json").read_text() == "{}"


def test_nobody_to_ask_is_told_the_flags_that_lack(empty: Terminal) -> None:
    ran = empty("init", "--name", "newcomer")
    assert (ran.code, ran.errors) == (2, ["nobody can be asked here what the spec should say"])
    assert ran.hint == "pass --bucket BUCKET --prefix PREFIX"
    assert names(empty) == set()


def test_flag_that_no_spec_may_have_is_told_in_the_words_of_the_spec(empty: Terminal) -> None:
    ran = empty("init", "--name", "New", "--bucket", "x", "--prefix", "a/")
    assert ran.code == 2
    assert ran.errors == [
        '--name: must be lower-case letters, digits and inner hyphens, a letter first, not "New"',
        "--bucket: a bucket's name has 3 to 63 characters, not 1",
    ]
    assert names(empty) == set()


def test_file_may_have_another_name_but_needs_its_folder(empty: Terminal) -> None:
    ran = empty("init", *ANSWERS, "-f", "deep/spec.yaml")
    assert (ran.code, ran.errors) == (2, ["there is no folder deep"])
    assert empty("init", *ANSWERS, "-f", "spec.yaml").err.endswith("then: s3ecs --local -f spec.yaml test-upload\n")
    assert empty("validate", "-f", "spec.yaml").code == 0


def test_in_a_terminal_it_asks_until_the_answer_is_good_and_enter_takes_what_is_offered(empty: Terminal) -> None:
    screen = typed(empty, "init", answer="No Name\nasked\n\n\n")
    assert screen.code == 0
    assert 'error: must be lower-case letters, digits and inner hyphens, a letter first, not "No Name"' in screen.text
    written = yaml.safe_load((empty.folder / "s3ecs.yaml").read_text())
    assert (written["name"], written["bucket"]) == ("asked", "${account}-asked")
    assert written["jobs"]["process"]["prefix"] == "incoming/"


def test_in_a_terminal_only_what_no_flag_says_is_asked(empty: Terminal) -> None:
    screen = typed(empty, "init", *ANSWERS[:4], answer="\n")
    assert screen.code == 0
    assert screen.text.count("[incoming/]: ") == 1
    assert "The stack's name" not in screen.text
