"""The tables of this folder: a line a case, its columns divided by `` | ``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("tables")


def rows(name: str) -> list[tuple[str, str, str]]:
    """The cases of one table."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [_row(line) for line in lines if line and not line.startswith("#")]


def _row(line: str) -> tuple[str, str, str]:
    first, second, third = (column.strip(" ") for column in line.split(" | "))
    return first, second, third
