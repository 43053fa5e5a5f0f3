"""What the user wrote: finding the spec's file, and reading it into a ``Spec`` or all of its problems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from s3ecs.spec.model import Spec

PLACES = (Path("s3ecs.yaml"), Path("config/s3ecs.yaml"))

__all__ = ["PLACES", "find", "load"]


def find(path: Path | None) -> Path:
    """Return the spec's file: ``path`` where one was named, else the first of PLACES that is there.

    Raises UsageError where none is named and none is there. A named file is not looked at; ``load`` does that.
    """
    if path is not None:
        return path
    for place in PLACES:
        if place.is_file():
            return place
    raise UsageError(
        f"no spec here: neither {PLACES[0]} nor {PLACES[1]} exists",
        hint="go to the spec's folder, or name the file with -f FILE",
    )


def load(path: Path) -> Spec:
    """Read the spec in ``path`` and hold it against every rule; nothing is sent anywhere.

    Raises SpecError with all problems of the file at once, UsageError where the file cannot be read.
    """
    from s3ecs.spec.loading import load_file  # noqa: PLC0415  the dataclasses alone must not cost yaml's import

    return load_file(path)
