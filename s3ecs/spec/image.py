"""What an ``image`` is: a folder with a Dockerfile, or something that a registry holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.spec.scalars import text
from s3ecs.spec.values import Value, Wrong, takes

if TYPE_CHECKING:
    from pathlib import Path


def folder_of(image: str, folder: Path) -> Path | None:
    """Return the folder that ``image`` names, seen from the spec's ``folder``; None for a repository or a URI.

    What begins with ``./``, ``../`` or ``/`` is a folder, there or not; any other text is one where it exists.
    """
    path = folder / image
    if image in (".", "..") or image.startswith(("./", "../", "/")):
        return path
    try:
        return path if image and path.is_dir() else None
    except (OSError, ValueError):  # too long a name, or one that no file can have
        return None


@takes({"type": "string", "minLength": 1})
def image(value: Value) -> str:
    """Read an image as it is written; a rule tells a folder from a repository or URI."""
    found = text(value)
    if not found or "\0" in found:
        raise Wrong("must name an image: a folder with a Dockerfile, an ECR repository or an image URI")
    return found
