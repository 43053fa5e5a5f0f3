"""Process groups of tasks: written down while they run, so that a killed server's tasks can be ended later."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from s3ecs.local.home import Home


def remember(home: Home, task: str, pid: int) -> None:
    """Write down that the task runs as the process group ``pid``."""
    write_private(home.tasks / f"{task}.json", {"pid": pid, "born": _born(pid)})


def forget(home: Home, task: str) -> None:
    """The task's group has ended."""
    (home.tasks / f"{task}.json").unlink(missing_ok=True)


def end_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a task's process group; fine if it has ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def end_leftovers(home: Home) -> int:
    """Kill the groups that a dead server left running; returns how many.

    A pid is used again sooner or later, so a group is killed only if its leader began when the file says.
    """
    ended = 0
    for file in home.tasks.glob("*.json"):
        note = json.loads(file.read_text(encoding="utf-8"))
        if note["born"] is not None and _born(note["pid"]) == note["born"]:
            end_group(note["pid"], signal.SIGKILL)
            ended += 1
        file.unlink(missing_ok=True)
    return ended


def _born(pid: int) -> str | None:
    """When the process began, in the kernel's clock ticks; None where there is no /proc, or no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return stat.rpartition(")")[2].split()[19]
