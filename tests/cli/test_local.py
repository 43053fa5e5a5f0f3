"""``s3ecs local``: what it keeps, what it brings back, what it forgets."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.local.chain import wait_for

from .terminal import COMMAND, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .terminal import Ran


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal with an embedded AWS of its own."""
    terminal = Terminal(tmp_path, {"S3ECS_LOCAL_DIR": str(tmp_path / "home")})
    yield terminal
    terminal("local", "stop")


@pytest.fixture(scope="module")
def once_up(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose embedded AWS has stopped after two stacks went up."""
    folder = tmp_path_factory.mktemp("once")
    terminal = Terminal(folder, {"S3ECS_LOCAL_DIR": str(folder / "home")})
    for name in ("first", "second"):
        terminal.stack(name)
        assert terminal("--local", "up", "--yes").code == 0
    assert terminal("local", "stop").code == 0
    return terminal


@pytest.fixture
def before(once_up: Terminal, alone: Terminal) -> Terminal:
    """A terminal whose embedded AWS has not been started again since it kept two stacks."""
    shutil.copytree(once_up.folder / "home", alone.folder / "home")
    alone.stack("second")
    return alone


def kill(terminal: Terminal) -> None:
    os.kill(terminal("local", "status", "--json").json["pid"], signal.SIGKILL)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ran]]:
    """What is said of an embedded AWS that was stopped after one run and in the midst of another, until it forgets."""
    folder = tmp_path_factory.mktemp("stopped")
    alone = Terminal(folder, {"S3ECS_LOCAL_DIR": str(folder / "home")})
    program = "import pathlib, time; pathlib.Path('here').touch(); time.sleep(60)"
    long = {"prefix": "long/", "local": [sys.executable, "-c", program]}
    alone.stack("kept", jobs={"convert": {"prefix": "target/"}, "long": long})
    assert alone("--local", "up", "--yes").code == 0
    (folder / "a.txt").write_text("a")
    assert alone("--local", "test-upload", "a.txt", "--job", "convert").code == 0
    with subprocess.Popen(
        [*COMMAND, "--local", "test-upload", "a.txt", "--job", "long"],
        cwd=folder,
        env=alone.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as waiting:
        wait_for((folder / "here").exists)
        waiting.kill()
    assert alone("local", "stop").code == 0
    typed = {
        "status": ("local", "status"),
        "status as JSON": ("local", "status", "--json"),
        "reset, unasked": ("local", "reset"),
        "start": ("local", "start"),
        "runs": ("--local", "status"),
        "reset": ("local", "reset", "--yes"),
        "status after that": ("local", "status"),
        "its JSON": ("local", "status", "--json"),
        "start after that": ("local", "start"),
    }
    yield {name: alone(*words) for name, words in typed.items()}
    alone("local", "stop")


def test_a_stopped_server_says_what_it_keeps(stopped: dict[str, Ran]) -> None:
    status = stopped["status"]
    assert status.code == 1
    assert status.out.splitlines()[1] == "it keeps 1 stack, 2 objects and 2 runs"
    assert stopped["status as JSON"].json["kept"] == {"stacks": 1, "objects": 2, "runs": 2}
    unasked = stopped["reset, unasked"]
    assert unasked.code == 2
    assert unasked.errors == [
        "Forget 1 stack, 2 objects and 2 runs, and end every task that runs? Nobody can be asked here."
    ]
    assert unasked.hint == "pass --yes to go ahead"


def test_a_stopped_server_comes_back_with_what_it_keeps(stopped: dict[str, Ran]) -> None:
    assert stopped["start"].err.splitlines() == ["starting the embedded AWS", "bringing back 1 stack"]
    assert "succeeded target/a.txt" in stopped["runs"].out


def test_stopping_is_no_end_of_a_run(stopped: dict[str, Ran]) -> None:
    shown = stopped["runs"].out
    assert "failed" in shown
    assert "EmbeddedAWS.Ended" in shown


def test_reset_forgets_what_it_keeps(stopped: dict[str, Ran]) -> None:
    reset = stopped["reset"]
    assert (reset.code, reset.out) == (0, "the embedded AWS has forgotten 1 stack, 2 objects and 2 runs\n")
    assert stopped["its JSON"].json["running"] is False
    assert stopped["status after that"].out.splitlines()[1] == "it keeps 0 stacks, 0 objects and 0 runs"
    assert stopped["start after that"].err.splitlines() == ["starting the embedded AWS"]


def test_what_was_taken_down_does_not_come_back(alone: Terminal) -> None:
    alone.stack("kept")
    assert alone("--local", "up", "--yes").code == 0
    (alone.folder / "a.txt").write_text("a")
    assert alone("--local", "test-upload", "a.txt").code == 0
    assert alone("--local", "down", "--yes").code == 0  # the bucket stays: it holds an object
    kill(alone)
    assert alone("local", "start").err.splitlines() == ["starting the embedded AWS"]
    assert alone("local", "status", "--json").json["kept"] == {"stacks": 0, "objects": 1, "runs": 0}
    again = alone("--local", "up", "--yes")
    assert again.code == 0, again.err
    assert "runs of convert" in alone("--local", "status").out
    assert "succeeded" not in alone("--local", "status").out


def test_a_stack_that_cannot_come_back_is_named_and_the_rest_comes(before: Terminal) -> None:
    kept = before.folder / "home" / "kept" / "stacks" / "first@us-east-1.json"
    spec = json.loads(kept.read_text())
    kept.write_text(json.dumps(spec | {"text": spec["text"].replace('"prefix"', '"prefixx"')}))
    started = before("local", "start")
    assert started.code == 0
    *_, line = started.err.splitlines()
    assert line.startswith("first does not come back, what it held is kept: ")
    assert "unknown key, did you mean prefix?" in line
    assert " ok bucket second-bucket" in before("--local", "status").out
    assert before("local", "status", "--json").json["kept"]["stacks"] == 2


def test_two_commands_at_once_make_one_server_and_bring_it_back_once(before: Terminal) -> None:
    both = before.side_by_side(("--local", "status"), ("--local", "status"))
    assert [ran.code for ran in both] == [0, 0]
    said = [line for ran in both for line in ran.err.splitlines()]
    assert said.count("bringing back 2 stacks") == 1
    assert any(line.startswith("waiting for another command that ") for line in said)
    assert before("local", "logs").out == ""


def test_a_command_that_is_killed_while_it_brings_back_is_made_good_by_the_next(before: Terminal) -> None:
    with subprocess.Popen(
        [*COMMAND, "local", "start"], env=before.environment(), stderr=subprocess.PIPE, cwd=before.folder, text=True
    ) as first:
        assert first.stderr is not None
        assert [first.stderr.readline() for _ in range(2)][1] == "bringing back 2 stacks\n"
        first.kill()
    again = before("local", "start")
    assert (again.code, again.err) == (0, "bringing back 2 stacks\n")
    assert before("local", "start").err == ""


def test_a_full_disk_is_one_line(terminal: Terminal) -> None:
    terminal.stack("full-disk")
    assert terminal("up", "--yes").code == 0
    site = terminal.folder / "site"
    site.mkdir()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))"
    (site / "sitecustomize.py").write_text(limit)
    paths = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    up = terminal.started("up", "--yes", PYTHONPATH=paths)
    assert (up.code, up.errors, up.hint) == (1, ["File too large"], "make room on the disk")
    assert terminal("up", "--yes").code == 0


def test_logs_show_the_last_lines_with_control_characters_made_visible(alone: Terminal) -> None:
    log = alone.folder / "home" / "server.log"
    assert alone("local", "logs").out == ""
    log.write_text("one\ntwo\tb\nthree \x1b[31mred\x1b[0m\n")
    assert alone("local", "logs", "--lines", "2").out == "two\tb\nthree \\x1b[31mred\\x1b[0m\n"
    assert alone("local", "logs", "--lines", "0").out == ""


def test_logs_follow_what_comes_until_interrupted(alone: Terminal) -> None:
    log = alone.folder / "home" / "server.log"
    alone("local", "logs")
    with subprocess.Popen(
        [*COMMAND, "local", "logs", "-f"], env=alone.environment(), stdout=subprocess.PIPE, text=True
    ) as following:
        assert following.stdout is not None
        for line in ("first\n", "second\n"):
            with log.open("a") as file:
                file.write(line)
            assert following.stdout.readline() == line
        following.send_signal(signal.SIGINT)
        assert following.wait(20) == 130
