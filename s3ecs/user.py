"""The user's own folders, as ``HOME`` and the XDG base directory specification name them."""

from __future__ import annotations

import os
from pathlib import Path

from s3ecs.errors import UsageError


def folder(variable: str) -> Path | None:
    """The folder that an XDG variable names, None where it names none: the specification ignores a relative one."""
    named = Path(os.environ.get(variable, ""))
    return named if named.is_absolute() else None


def home(instead: str) -> Path:
    """Where the user is at home.

    Raises UsageError where HOME says what can be no such place, or nobody knows; ``instead`` is the variable that the
    hint names beside it.
    """
    try:
        found = Path(os.environ["HOME"]) if "HOME" in os.environ else Path.home()
    except RuntimeError:
        found = Path()
    if not found.is_absolute():
        raise UsageError("HOME names no absolute folder", hint=f"set HOME, or {instead} to a folder of your own")
    return found
