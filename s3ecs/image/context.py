"""What a build sees of its folder: every file that no ``.dockerignore`` leaves out, without reading any of them."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from s3ecs.errors import UsageError
from s3ecs.image.ignore import Ignore, parse

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.spec.model import Build

LARGEST: Final = 2 * 2**30
"""Bytes. Ours: what is larger was hardly meant, and every build would copy it."""

NAME: Final = ".dockerignore"


class Entry(NamedTuple):
    """One file, folder or link; ``path`` is seen from the context, ``mode`` has its kind, ``target`` is a link's.

    ``identity`` is another one after every change but those within a tick of the clock, ``changed`` when that was, in
    nanoseconds.
    """

    path: str
    mode: int
    size: int
    identity: str
    changed: int
    target: str | None


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


def entries(build: Build) -> list[Entry]:
    """Everything that the build sees, by path.

    Raises UsageError for a link that leaves the folder, and where it all is larger than LARGEST.
    """
    file = ignore_file(build)
    ignore = parse(file.read_text(encoding="utf-8", errors="surrogateescape"), str(file)) if file else Ignore()
    found: list[Entry] = []
    _collect(str(build.folder), "", ignore, (), found)
    found.sort()
    files = [each for each in found if stat.S_ISREG(each.mode)]
    total = sum([each.size for each in files])
    if total > LARGEST:
        largest = max(files, key=lambda each: each.size)
        raise UsageError(
            f"{build.folder} has {total / 2**30:.1f} GiB to build from, more than {LARGEST // 2**30} GiB",
            hint=f"leave out in {NAME} what the image does not need; the largest is {largest.path!a}",
        )
    inside = f"{os.path.realpath(build.folder)}/"
    for each in found:
        if each.target is not None:
            _refuse_leaving(build.folder, inside, each)
    return found


def _collect(top: str, folder: str, ignore: Ignore, above: tuple[bool, ...], found: list[Entry]) -> None:
    """Add what is in ``folder``; a folder itself counts where it is not left out, or something in it is not."""
    prefix = f"{folder}/" if folder else ""
    left_out, hits = False, above
    with os.scandir(f"{top}/{folder}") as listed:
        for each in listed:
            path = prefix + each.name
            if ignore.patterns:
                left_out, hits = ignore.matched(path, above)
            is_folder = each.is_dir(follow_symlinks=False)
            if left_out and not (is_folder and ignore.may_keep_under(path)):
                continue
            entry = _entry(path, each)
            if stat.S_ISSOCK(entry.mode):  # Docker leaves them out
                continue
            found.append(entry)
            if is_folder:
                before = len(found)
                _collect(top, path, ignore, hits, found)
                if left_out and len(found) == before:
                    found.pop()


def _entry(path: str, listed: os.DirEntry[str]) -> Entry:
    status = listed.stat(follow_symlinks=False)
    mode, size = status.st_mode, status.st_size
    written, changed = status.st_mtime_ns, status.st_ctime_ns
    target = os.readlink(listed.path) if stat.S_ISLNK(mode) else None  # noqa: PTH115 - its text, as it is written
    return Entry(path, mode, size, f"{size} {written} {status.st_ino} {changed}", max(written, changed), target)


def _refuse_leaving(folder: Path, inside: str, link: Entry) -> None:
    leads_to = os.path.realpath(folder / link.path)
    if not f"{leads_to}/".startswith(inside):
        raise UsageError(
            f"{folder / link.path} is a link that leaves the folder, to {link.target!a}: a build sees nothing there",
            hint=f"copy what it leads to into the folder, or leave the link out in {NAME}",
        )
