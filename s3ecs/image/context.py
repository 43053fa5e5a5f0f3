"""What a build sees of its folder: every file that no ``.dockerignore`` leaves out, without reading any of them."""

from __future__ import annotations

import os
from stat import S_ISLNK, S_ISREG, S_ISSOCK
from typing import TYPE_CHECKING, Final

from s3ecs.errors import UsageError
from s3ecs.image.ignore import Ignore, parse

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.spec.model import Build

LARGEST: Final = 2 * 2**30
"""Bytes. Ours: what is larger was hardly meant, and every build would copy it."""

NAME: Final = ".dockerignore"


def dockerfile_of(build: Build) -> Path:
    """The Dockerfile. Raises UsageError where there is none."""
    file = build.folder / build.dockerfile
    if not build.folder.is_dir():
        raise UsageError(f"there is no folder {build.folder}", hint="mend image: in the spec")
    if not file.is_file():
        raise UsageError(
            f"{build.folder} holds no {build.dockerfile}",
            hint="write one there, or name it: image: {build: FOLDER, dockerfile: NAME}",
        )
    return file


def ignore_file(build: Build) -> Path | None:
    """The file that says what is left out: one beside the Dockerfile and named after it goes before the folder's."""
    dockerfile = dockerfile_of(build)
    own = dockerfile.with_name(f"{dockerfile.name}{NAME}")
    return next((each for each in (own, build.folder / NAME) if each.is_file()), None)


def contents(build: Build) -> dict[str, os.stat_result]:
    """Everything that the build sees, files, folders and links: its path seen from the context, and its status.

    Raises UsageError for a link that leaves the folder or is absolute, and where it all is larger than LARGEST.
    """
    file = ignore_file(build)
    ignore = parse(file.read_text(encoding="utf-8", errors="surrogateescape"), str(file)) if file else Ignore()
    found: dict[str, os.stat_result] = {}
    _collect(str(build.folder), "", ignore, (), found)
    sizes = {path: status.st_size for path, status in found.items() if S_ISREG(status.st_mode)}
    if (total := sum(sizes.values())) > LARGEST:
        largest = max(sizes, key=sizes.__getitem__)
        raise UsageError(
            f"{build.folder} has {total / 2**30:.1f} GiB to build from, more than {LARGEST // 2**30} GiB",
            hint=f"leave out in {NAME} what the image does not need; the largest is {largest!a}",
        )
    inside = f"{os.path.realpath(build.folder)}/"
    for path in [path for path, status in found.items() if S_ISLNK(status.st_mode)]:
        _refuse_link(build.folder, inside, path)
    return found


def _collect(top: str, folder: str, ignore: Ignore, above: tuple[bool, ...], found: dict[str, os.stat_result]) -> None:
    """Add what is in ``folder``; a folder itself counts where it is not left out, or something in it is not."""
    prefix = f"{folder}/" if folder else ""
    below: list[tuple[str, bool, tuple[bool, ...]]] = []
    left_out, hits = False, above
    # By its descriptor: the system then looks up a name for each file, and not the whole path.
    descriptor = os.open(f"{top}/{folder}", os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as listed:
            for each in listed:
                path = prefix + each.name
                if ignore.patterns:
                    left_out, hits = ignore.matched(path, above)
                is_folder = each.is_dir(follow_symlinks=False)
                if left_out and not (is_folder and ignore.may_keep_under(path)):
                    continue
                status = each.stat(follow_symlinks=False)
                if S_ISSOCK(status.st_mode):  # Docker leaves them out
                    continue
                found[path] = status
                if is_folder:
                    below.append((path, left_out, hits))
    finally:
        os.close(descriptor)
    for path, left_out, hits in below:
        before = len(found)
        _collect(top, path, ignore, hits, found)
        if left_out and len(found) == before:
            del found[path]


def _refuse_link(folder: Path, inside: str, path: str) -> None:
    """A build sees its links in another place, where they have to lead to the same."""
    link = folder / path
    target, real = os.readlink(link), os.path.realpath(link)  # noqa: PTH115 - its text, as it is written
    if not f"{real}/".startswith(inside):
        raise UsageError(
            f"{link} is a link that leaves the folder, to {target!a}: a build sees nothing there",
            hint=f"copy what it leads to into the folder, or leave the link out in {NAME}",
        )
    if os.path.isabs(target):  # noqa: PTH117 - likewise a text
        relative = os.path.relpath(real, os.path.realpath(link.parent))
        raise UsageError(
            f"{link} is a link to the absolute path {target!a}: a build has the folder in another place",
            hint=f"make the link relative, to {relative!a}, or leave it out in {NAME}",
        )
