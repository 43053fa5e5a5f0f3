"""The configuration of docker's CLI: the user's own, and copies of it that say something else."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from s3ecs import user

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NAME: Final = "config.json"
LOGINS: Final = frozenset({"auths", "credsStore", "credHelpers"})
"""What says who is signed in where."""


def read(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What the user has where ``environment`` says; nothing where there is no such file, or one that is none.

    Raises UsageError where HOME names no folder.
    """
    with suppress(OSError, ValueError):
        found = json.loads((_own(environment) / NAME).read_bytes())
        return found if isinstance(found, dict) else {}
    return {}


def without_proxies(
    into: Path, left_out: Collection[str] = (), environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The variable by which the CLI gives containers none of the user's proxies; none where there are none."""
    own = read(environment)
    if not own.get("proxies"):
        return {}
    kept = {key: value for key, value in own.items() if key != "proxies" and key not in left_out}
    return copied(into, kept, environment)


def copied(into: Path, config: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variable by which the CLI takes ``into``, which says ``config`` and has all else of the user's beside it.

    That is contexts and plug-ins, such as the one that pushes.
    """
    own = _own(environment)
    for each in own.iterdir() if own.is_dir() else ():
        if each.name != NAME:
            (into / each.name).symlink_to(each.resolve())
    (into / NAME).write_text(json.dumps(config), encoding="utf-8")
    return {"DOCKER_CONFIG": str(into)}


def _own(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("DOCKER_CONFIG") or user.home("DOCKER_CONFIG", environment) / ".docker")
