"""Ctrl-C: what is under way finishes, what is left is named, and the next run goes on."""

from __future__ import annotations

import signal
import subprocess
from typing import IO, TYPE_CHECKING

import pytest

from .terminal import COMMAND
from .wire import laid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from s3ecs.local.control import Server

    from .conftest import MakeTerminal
    from .terminal import Terminal
    from .wire import Wire

REGION = "ap-south-1"


@pytest.fixture
def wire(embedded: Server) -> Iterator[Wire]:
    with laid(embedded) as wire:
        yield wire


def begun(terminal: Terminal, *words: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """A command that goes on while the test does."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=terminal.folder,
        env=terminal.environment(PYTHONUNBUFFERED="1"),
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
    )


def read_until(stream: IO[str] | None, words: str) -> str:
    assert stream is not None
    return next(line for line in stream if words in line)


def test_up_lets_calls_finish_names_what_is_left_and_goes_on_next_time(wire: Wire, make_terminal: MakeTerminal) -> None:
    terminal = make_terminal(**wire.env, AWS_REGION=REGION)
    terminal.stack("broken-off")
    wire.held.add("ecs RegisterTaskDefinition")
    with begun(terminal, "up", "--yes") as up:
        assert wire.holding.wait(30)
        read_until(up.stderr, "created bucket")  # all but what waits for the call that is held has ended by then
        up.send_signal(signal.SIGINT)
        wire.release.set()
        _, said = up.communicate(timeout=30)
    lines = said.splitlines()
    assert up.returncode == 130
    assert "Traceback" not in said
    assert "  created task definition broken-off-convert" in lines
    assert "  not begun: target broken-off-convert" in lines
    assert "  not begun: applied spec broken-off" in lines  # so the hash stays what it was
    assert lines[-1] == "hint: run the command again; it goes on from what is there"
    wire.held.clear()
    again = terminal("up", "--yes")
    assert again.code == 0
    assert "created target broken-off-convert" in again.err
    assert "task definition" not in again.err
    assert terminal("down", "--delete-data", "--confirm", "broken-off").code == 0


def test_a_read_that_never_ends_can_be_left(wire: Wire, make_terminal: MakeTerminal) -> None:
    terminal = make_terminal(**wire.env, AWS_REGION=REGION)
    terminal.stack("never-read")
    wire.held.add("sts GetCallerIdentity")
    with begun(terminal, "plan") as plan:
        assert wire.holding.wait(30)
        plan.send_signal(signal.SIGINT)
        wire.release.set()
        out, said = plan.communicate(timeout=30)
    assert (plan.returncode, out) == (130, "")
    lines = [line for line in said.split("\n") if not line.startswith("  ")]  # which say that it goes on for long
    assert lines == [
        "",  # behind the ^C of a terminal
        "error: interrupted",
        "hint: run the command again; it goes on from what is there",
        "",
    ]
