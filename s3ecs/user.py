"""The user's own folders, as ``HOME`` and the XDG base directory specification name them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def folder(variable: str) -> Path | None:
    """The folder that an XDG variable names, None where it names none: the specification ignores a relative one."""
    named = Path(os.environ.get(variable, ""))
    return named if named.is_absolute() else None


def home(instead: str, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the user is at home, as an environment says it.

    Raises UsageError where HOME says what can be no such place, or nobody knows; ``instead`` is the variable that the
    hint names beside it.
    """
    try:
        found = Path(environment["HOME"]) if "HOME" in environment else Path.home()
    except RuntimeError:
        found = Path()
    if not found.is_absolute():
        raise UsageError("HOME names no absolute folder", hint=f"set HOME, or {instead} to a folder of your own")
    return found
