"""What is remembered between two commands and may be deleted at any time: hashes of files, and what was last pushed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from s3ecs import user
from s3ecs.errors import UsageError

CACHE: Final = "XDG_CACHE_HOME"


def folder() -> Path:
    """Where it is: ``$XDG_CACHE_HOME/s3ecs``, else ``~/.cache/s3ecs``. Raises UsageError where nobody is at home."""
    return (user.folder(CACHE) or user.home(CACHE) / ".cache") / "s3ecs"


def load(part: str, name: str) -> dict[str, Any]:
    """What is remembered of ``name``; nothing where it cannot be read."""
    try:
        found = json.loads(_file(part, name).read_bytes())
    except (OSError, ValueError, UsageError):
        return {}
    return found if isinstance(found, dict) else {}


def save(part: str, name: str, found: dict[str, Any]) -> None:
    """Remember it; where that cannot be done it will be found out again."""
    with contextlib.suppress(OSError, UsageError):
        file = _file(part, name)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as new:
            try:
                json.dump(found, new, separators=(",", ":"))
                new.close()
                Path(new.name).replace(file)
            except BaseException:
                Path(new.name).unlink(missing_ok=True)
                raise


def _file(part: str, name: str) -> Path:
    return folder() / part / f"{hashlib.sha256(os.fsencode(name)).hexdigest()[:32]}.json"
