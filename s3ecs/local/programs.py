"""The commands that the embedded AWS may run: one per task definition family of an applied stack.

Nothing else is ever run. A command comes from the user's own spec file through this folder (0700, files 0600) and never
from a request: RunTask chooses a family, and the container's command becomes arguments behind the program's own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

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


def save(home: Home, stack: str, programs: Mapping[str, Program]) -> None:
    """Replace the stack's programs; the keys are task definition families."""
    home.make()
    write_private(_file(home, stack), {family: asdict(program) for family, program in programs.items()})


def load(home: Home) -> dict[str, Program]:
    """Every program of every applied stack, by task definition family."""
    found: dict[str, Program] = {}
    for file in sorted(home.programs.glob("*.json")):
        for family, program in json.loads(file.read_text(encoding="utf-8")).items():
            found[family] = Program(argv=tuple(program["argv"]), folder=program["folder"])
    return found


def forget(home: Home, stack: str) -> None:
    """Drop the stack's programs; fine if there are none."""
    _file(home, stack).unlink(missing_ok=True)


def _file(home: Home, stack: str) -> Path:
    return home.programs / f"{quote(stack, safe='')}.json"
