"""What a server that was killed leaves running: its tasks' process groups, and its containers in their engine."""

from __future__ import annotations

import contextlib
import json
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3ecs.local import processes
from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.local.home import Home

_ANSWERS_WITHIN = 20.0  # seconds


def label(home: Home) -> str:
    """By which an engine finds the containers of this embedded AWS."""
    return f"s3ecs.embedded={home.folder}"


def expect(home: Home, cli: str) -> None:
    """Note that a container is about to be made by this CLI; raises OSError where that cannot be kept."""
    if not (note := _note(home, cli)).exists():
        write_private(note, cli)


def end(home: Home) -> None:
    """End all of it; a container whose engine does not answer is found again the next time."""
    processes.end_leftovers(home)
    for note in home.tasks.glob("*.engine"):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            _remove(json.loads(note.read_text(encoding="utf-8")), label(home))
            note.unlink(missing_ok=True)


def _remove(cli: str, wanted: str) -> None:
    listed = _told(cli, "ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={wanted}").split()
    if listed:
        _told(cli, "rm", "--force", *listed)


def _told(cli: str, *words: str) -> str:
    return subprocess.run(
        [cli, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_ANSWERS_WITHIN,
        check=True,
    ).stdout.decode()


def _note(home: Home, cli: str) -> Path:
    return home.tasks / f"{quote(cli, safe='')}.engine"
