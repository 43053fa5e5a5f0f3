"""What ``down`` does while something is under way: what is of the stack is waited for, what is of others goes on."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from .test_interruption import begun

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import MakeTerminal
    from .terminal import Terminal

REGION = "ap-northeast-3"
ASKED = """
import time
from pathlib import Path
Path({here!r}).touch()
while not Path({go!r}).exists(): time.sleep(0.05)
"""
SLOW = """
import signal, sys, time
from pathlib import Path
def end(*_):
    while not Path({go!r}).exists(): time.sleep(0.05)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
Path({here!r}).touch()
while True: time.sleep(0.05)
"""


@pytest.fixture
def terminal(make_terminal: MakeTerminal) -> Terminal:
    """Where both stacks are made."""
    return make_terminal(S3ECS_LOCAL="1")


def begin(clients: Callable[..., Any], machine: str) -> str:
    """A run that nothing was uploaded for."""
    arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:{machine}"
    event = {"detail": {"bucket": {"name": "b"}, "object": {"key": "in/x", "size": 1}}}
    start = clients("stepfunctions", REGION).start_execution
    return str(start(stateMachineArn=arn, input=json.dumps(event))["executionArn"])


def until(so: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.05)


def status(clients: Callable[..., Any], run: str) -> str:
    """How a run is."""
    return str(clients("stepfunctions", REGION).describe_execution(executionArn=run)["status"])


def test_a_cluster_that_others_run_tasks_in_is_kept(terminal: Terminal, clients: Callable[..., Any]) -> None:
    go, here = terminal.folder / "go", terminal.folder / "here"
    owner = terminal.stack("owner", region=REGION).rename(terminal.folder / "owner.yaml")
    words = ASKED.format(go=str(go), here=str(here))
    job = {"prefix": "in/", "local": [sys.executable, "-c", words]}
    terminal.stack("guest", region=REGION, cluster={"existing": "owner"}, jobs={"b": job})
    assert terminal("-f", str(owner), "up", "--yes").code == 0
    assert terminal("up", "--yes").code == 0
    run = begin(clients, "guest-b")
    until(here.exists)

    down = terminal("-f", str(owner), "down", "--yes")
    assert down.code == 0
    assert "  = cluster owner (kept: it has tasks of others)" in down.err.splitlines()
    assert clients("ecs", REGION).describe_clusters(clusters=["owner"])["clusters"][0]["status"] == "ACTIVE"
    assert status(clients, run) == "RUNNING"

    go.touch()
    until(lambda: status(clients, run) != "RUNNING")
    assert status(clients, run) == "SUCCEEDED"
    assert terminal("down", "--yes", "--delete-data", "--confirm", "guest").code == 0
    assert terminal("-f", str(owner), "down", "--yes").code == 0
    assert clients("ecs", REGION).describe_clusters(clusters=["owner"])["clusters"][0]["status"] == "INACTIVE"


def test_a_program_that_takes_its_time_to_end_still_has_all_that_it_uses(
    terminal: Terminal, clients: Callable[..., Any]
) -> None:
    here, go = terminal.folder / "here", terminal.folder / "go"
    job = {"prefix": "in/", "local": [sys.executable, "-c", SLOW.format(here=str(here), go=str(go))]}
    terminal.stack("slow", region=REGION, jobs={"a": job})
    assert terminal("up", "--yes").code == 0
    begin(clients, "slow-a")
    until(here.exists)
    with begun(terminal, "down", "--yes", "--json", "--delete-data", "--confirm", "slow") as down:
        assert down.stdout is not None
        events: list[dict[str, Any]] = []
        try:
            for event in map(json.loads, down.stdout):
                events.append(event)
                if event.get("what") == "waiting for 1 tasks of slow-a to stop" or event.get("kind") == "role":
                    break
        finally:
            go.touch()
        _, said = down.communicate(timeout=60)
    assert down.returncode == 0, said
    ended = {each["kind"] for each in events if each["event"] == "done"}
    assert events[-1]["event"] == "waiting"
    assert "rule" in ended
    assert not ended & {"state-machine", "task-definition", "role", "log-group", "bucket", "cluster"}
