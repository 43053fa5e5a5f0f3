"""The configuration of docker's CLI: the user's own, and copies of it that say something else."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from s3ecs import user

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = "config.json"
LOGINS: Final = frozenset({"auths", "credsStore", "credHelpers"})
"""What says who is signed in where."""


def read() -> dict[str, Any]:
    """What the user has there; nothing where there is no such file, or one that is none.

    Raises UsageError where HOME names no folder.
    """
    with suppress(OSError, ValueError):
        found = json.loads((_own() / NAME).read_bytes())
        return found if isinstance(found, dict) else {}
    return {}


def copied(into: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """The variable by which the CLI takes ``into``, which says ``config`` and has all else of the user's beside it.

    That is contexts and plug-ins, such as the one that pushes.
    """
    own = _own()
    for each in own.iterdir() if own.is_dir() else ():
        if each.name != NAME:
            (into / each.name).symlink_to(each.resolve())
    (into / NAME).write_text(json.dumps(config), encoding="utf-8")
    return {"DOCKER_CONFIG": str(into)}


def _own() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or user.home("DOCKER_CONFIG") / ".docker")
