"""What the embedded AWS may run: an image or a command per container of a task definition family of an applied stack.

Nothing else is ever run. Both come from the user's own spec file through this folder (0700, files 0600) and never from
a request: RunTask chooses a family, and a container's command becomes arguments behind its program's own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from s3ecs.image.heeded import said_of_the_engine
from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from s3ecs.local.home import Home


@dataclass(frozen=True)
class Program:
    """What stands in for an image: the argv in front of the container's command, and the folder it runs in."""

    argv: tuple[str, ...]
    folder: str


@dataclass(frozen=True)
class Image:
    """An image that a container engine holds: its id there, and the container CLI that runs it, by path and kind.

    ``engine`` is what the environment said of the engine where the image was found: another process's may say another.
    """

    id: str
    cli: str
    kind: str
    engine: Mapping[str, str] = field(default_factory=said_of_the_engine, hash=False)


def save(home: Home, stack: str, programs: Mapping[str, Mapping[str, Program | Image]]) -> None:
    """Replace the stack's programs: by task definition family, and in it by container name."""
    home.make()
    written = {
        family: {container: asdict(program) for container, program in inside.items()}
        for family, inside in programs.items()
    }
    write_private(_file(home, stack), written)


def load(home: Home) -> dict[str, dict[str, Program | Image]]:
    """Every program of every applied stack: by task definition family, and in it by container name."""
    found: dict[str, dict[str, Program | Image]] = {}
    for file in sorted(home.programs.glob("*.json")):
        for family, inside in json.loads(file.read_text(encoding="utf-8")).items():
            found[family] = {container: _read(program) for container, program in inside.items()}
    return found


def forget(home: Home, stack: str) -> None:
    """Drop the stack's programs; fine if there are none."""
    _file(home, stack).unlink(missing_ok=True)


def _read(written: dict[str, Any]) -> Program | Image:
    if "argv" in written:
        return Program(argv=tuple(written["argv"]), folder=written["folder"])
    return Image(**written)


def _file(home: Home, stack: str) -> Path:
    return home.programs / f"{quote(stack, safe='')}.json"
