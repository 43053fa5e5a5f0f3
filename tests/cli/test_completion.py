"""``s3ecs completion``: scripts that a shell takes, and what they then get for an answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3ecs.cli import COMMANDS

from .test_help import DEAR, LOADED

if TYPE_CHECKING:
    from .conftest import MakeTerminal
    from .terminal import Terminal


@pytest.fixture(scope="module")
def folder(make_terminal: MakeTerminal) -> Terminal:
    terminal = make_terminal()
    terminal.stack(
        "completed", jobs={"convert": {"prefix": "a/"}, "count": {"prefix": "b/"}, "report": {"prefix": "c/"}}
    )
    return terminal


def answers(terminal: Terminal, *words: str) -> list[str]:
    """What bash is offered for the last of ``words``."""
    asked = {"_S3ECS_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    ran = terminal(**asked)
    assert ran.err == ""
    return [line.removeprefix("plain,") for line in ran.out.splitlines() if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_ends_with_how_to_load_it(folder: Terminal, shell: str) -> None:
    ran = folder("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert f"_S3ECS_COMPLETE={shell}_complete" in ran.out
    last = ran.out.splitlines()[-1]
    assert last.startswith("# ")
    assert f"s3ecs completion {shell}" in last
    if path := shutil.which(shell):
        assert subprocess.run([path, "-n"], input=ran.out.encode(), capture_output=True, check=True).stderr == b""


def test_another_shell_is_told_those_that_there_are(folder: Terminal) -> None:
    ran = folder("completion", "tcsh")
    assert ran.code == 2
    assert "'bash', 'zsh', 'fish'" in ran.errors[0]


def test_every_command_is_offered(folder: Terminal) -> None:
    assert set(answers(folder, "s3ecs", "")) == set(COMMANDS)
    assert answers(folder, "s3ecs", "val") == ["validate"]


def test_jobs_of_the_spec_are_offered(folder: Terminal) -> None:
    assert answers(folder, "s3ecs", "test-upload", "--job", "co") == ["convert", "count"]
    assert answers(folder, "s3ecs", "-f", "s3ecs.yaml", "test-upload", "--job", "") == ["convert", "count", "report"]


def test_nothing_is_offered_where_the_spec_cannot_be_read(folder: Terminal) -> None:
    assert answers(folder, "s3ecs", "-f", "nowhere.yaml", "test-upload", "--job", "") == []


@pytest.mark.parametrize(
    ("words", "needed"), [(["s3ecs", ""], set()), (["s3ecs", "test-upload", "--job", "c"], {"yaml"})]
)
def test_answer_imports_nothing_that_costs_time(folder: Terminal, words: list[str], needed: set[str]) -> None:
    asked = {"_S3ECS_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=os.environ | asked,
        cwd=folder.folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout
    assert (DEAR - needed) & set(done.stderr.split()) == set()


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_shows_whole_descriptions(folder: Terminal) -> None:
    (folder.folder / "s3ecs.fish").write_text(folder("completion", "fish").out, encoding="utf-8")
    typed = ("s3ecs ", "s3ecs down --d", "s3ecs local e")
    ask = "; ".join(["source s3ecs.fish", *(f"complete --do-complete '{words}'" for words in typed)])
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]
    asked = subprocess.run(
        ["fish", "--no-config", "--command", ask],
        env=folder.environment(PATH=os.pathsep.join(folders)),
        cwd=folder.folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    shown = dict(line.split("\t") for line in asked.stdout.splitlines())
    assert shown.pop("--delete-data") == "Also what holds data: objects, images, log lines, undelivered events."
    assert shown.pop("env").endswith(", and then the AWS CLI.")
    assert COMMANDS.items() <= shown.items()
