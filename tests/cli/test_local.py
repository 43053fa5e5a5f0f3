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


def test_a_stopped_server_says_what_it_keeps_and_reset_forgets_it(alone: Terminal) -> None:
    alone.stack("kept")
    assert alone("--local", "up", "--yes").code == 0
    (alone.folder / "a.txt").write_text("a")
    assert alone("--local", "test-upload", "a.txt").code == 0
    assert alone("local", "stop").code == 0
    status = alone("local", "status")
    assert status.code == 1
    assert status.out.splitlines()[1] == "it keeps 1 stack, 1 object and 1 run"
    assert alone("local", "status", "--json").json["kept"] == {"stacks": 1, "objects": 1, "runs": 1}
    unasked = alone("local", "reset")
    assert unasked.code == 2
    assert unasked.errors == [
        "Forget 1 stack, 1 object and 1 run, and end every task that runs? Nobody can be asked here."
    ]
    assert unasked.hint == "pass --yes to go ahead"
    started = alone("local", "start")
    assert started.err.splitlines() == ["starting the embedded AWS", "bringing back 1 stack"]
    shown = alone("--local", "status")
    assert "succeeded target/a.txt" in shown.out
    reset = alone("local", "reset", "--yes")
    assert (reset.code, reset.out) == (0, "the embedded AWS has forgotten 1 stack, 1 object and 1 run\n")
    assert alone("local", "status", "--json").json["running"] is False
    assert alone("local", "status").out.splitlines()[1] == "it keeps 0 stacks, 0 objects and 0 runs"
    assert alone("local", "start").err.splitlines() == ["starting the embedded AWS"]


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


def test_a_full_disk_is_one_line(before: Terminal) -> None:
    assert before("local", "start").code == 0
    site = before.folder / "site"
    site.mkdir()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))"
    (site / "sitecustomize.py").write_text(limit)
    paths = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    up = before.started("--local", "up", "--yes", PYTHONPATH=paths)
    assert (up.code, up.errors, up.hint) == (1, ["File too large"], "make room on the disk")
    assert before("--local", "up", "--yes").code == 0


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


def test_stopping_is_no_end_of_a_run(alone: Terminal) -> None:
    program = "import pathlib, time; pathlib.Path('here').touch(); time.sleep(60)"
    alone.stack("kept", jobs={"convert": {"prefix": "target/", "local": [sys.executable, "-c", program]}})
    assert alone("--local", "up", "--yes").code == 0
    (alone.folder / "a.txt").write_text("a")
    with subprocess.Popen(
        [*COMMAND, "--local", "test-upload", "a.txt"],
        cwd=alone.folder,
        env=alone.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as waiting:
        wait_for((alone.folder / "here").exists)
        waiting.kill()
    assert alone("local", "stop").code == 0
    shown = alone("--local", "status").out
    assert "failed" in shown
    assert "EmbeddedAWS.Ended" in shown
