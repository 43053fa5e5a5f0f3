"""What a server that was killed leaves running: its tasks' process groups, and its containers in their engine."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

from s3ecs.image import heeded
from s3ecs.local import processes
from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.local.home import Home

_ANSWERS_WITHIN = 20.0  # seconds


def label(home: Home) -> str:
    """By which an engine finds the containers of this embedded AWS."""
    return f"s3ecs.embedded={home.folder}"


def expect(home: Home, cli: str, engine: Mapping[str, str]) -> None:
    """Note that a container is about to be made by this CLI, in the engine that these variables lead to.

    Raises OSError where that cannot be kept.
    """
    written = {"cli": cli, "engine": dict(engine)}
    name = hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:16]
    if not (note := home.tasks / f"{name}.engine").exists():
        write_private(note, written)


def end(home: Home) -> None:
    """End all of it; a container whose engine does not answer is found again the next time."""
    processes.end_leftovers(home)
    for note in home.tasks.glob("*.engine"):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            _remove(**json.loads(note.read_text(encoding="utf-8")), wanted=label(home))
            note.unlink(missing_ok=True)


def _remove(cli: str, engine: Mapping[str, str], wanted: str) -> None:
    listed = _told(cli, engine, "ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={wanted}").split()
    if listed:
        _told(cli, engine, "rm", "--force", *listed)


def _told(cli: str, engine: Mapping[str, str], *words: str) -> str:
    return subprocess.run(
        [cli, *words],
        env=heeded.speaking_to(engine),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_ANSWERS_WITHIN,
        check=True,
    ).stdout.decode()
