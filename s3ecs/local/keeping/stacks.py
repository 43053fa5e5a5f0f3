"""The specs that are applied: the CLI writes them at ``up``, and applies them again where a server has ended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.local.home import Home


@dataclass(frozen=True)
class Applied:
    """A spec as it was applied: its text, the file that it stood in, and where relative paths start."""

    name: str
    region: str
    file: str
    folder: str
    text: str


def save(home: Home, applied: Applied) -> None:
    """Keep the stack's spec, instead of the one kept before; raises OSError where it cannot be written."""
    _folder(home).mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(_file(home, applied.name, applied.region), asdict(applied))


def load(home: Home) -> list[Applied]:
    """Every applied stack, by name."""
    return [Applied(**json.loads(file.read_text(encoding="utf-8"))) for file in sorted(_folder(home).glob("*.json"))]


def forget(home: Home, name: str, region: str) -> None:
    """The stack was taken down; fine if it is not there."""
    _file(home, name, region).unlink(missing_ok=True)


def _folder(home: Home) -> Path:
    return home.kept / "stacks"


def _file(home: Home, name: str, region: str) -> Path:
    return _folder(home) / f"{quote(name, safe='')}@{region}.json"
