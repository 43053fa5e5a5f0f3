"""What an ``image`` is: a folder with a Dockerfile, or something that a registry holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
