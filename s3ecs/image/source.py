"""A hash of everything that goes into a build, and of each part of it, so that changes can be named."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from s3ecs.image import cache
from s3ecs.image.context import contents, dockerfile_of, ignore_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.spec.model import Build

LENGTH: Final = 32  # hexadecimal digits of a hash that are a tag
FRESH: Final = 2 * 10**9  # nanoseconds in which a file may change twice and bear the same times
TOGETHER: Final = 64  # small files that one thread takes at once
KNOWN: Final = "files"
"""The section of the cache that holds parts by path, mode, size, times and inode."""


@dataclass(frozen=True)
class Source:
    """``hash`` names it; ``parts`` holds a fingerprint of each path, and of what else decides.

    The name of the latter begins with a slash, as no path seen from the folder does: ``/KIND/NAME``.
    """

    hash: str
    parts: Mapping[str, str]


def source_of(build: Build, platform: str) -> Source:
    """Look at everything that a build for ``platform`` sees. Raises UsageError where it could not be built."""
    parts = _parts(build)
    # What the builder reads, also where the build does not see it, or sees only a link to it.
    for kind, file in (("dockerfile", dockerfile_of(build)), ("ignore", ignore_file(build))):
        if file is not None:
            parts[f"/{kind}/{os.path.relpath(file, build.folder)}"] = _digest(file.read_bytes())
    parts["/spec/(target)"] = build.target or ""
    parts["/spec/(args)"] = json.dumps(dict(build.args), sort_keys=True)
    parts["/spec/(platform)"] = platform
    whole = "".join([f"{name}\0{part}\0" for name, part in sorted(parts.items())])
    return Source(_digest(os.fsencode(whole))[:LENGTH], parts)


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The parts that are not the same, by name; one that counts twice, as a Dockerfile may, has one name."""
    names = (name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return sorted({name.split("/", 2)[2] if name.startswith("/") else name for name in names})


def _parts(build: Build) -> dict[str, str]:
    """Path to kind, mode, and contents or target. Owner and times are no part of it: a build gives files its own."""
    seen = contents(build)
    name = os.path.realpath(build.folder)
    known = cache.load(KNOWN, name)
    keys = {path: _key(path, status) for path, status in seen.items()}
    parts = {path: part for path, key in keys.items() if isinstance(part := known.get(key), str)}
    if unknown := {path: status for path, status in seen.items() if path not in parts}:
        now = time.time_ns()
        parts |= _read(str(build.folder), unknown)
        unsettled = {path for path, status in unknown.items() if now - _changed(status) <= FRESH}
        if len(unsettled) < len(unknown):
            cache.save(KNOWN, name, {keys[path]: parts[path] for path in seen if path not in unsettled})
    return parts


def _key(path: str, status: os.stat_result) -> str:
    """Another one after every change but those within a tick of the clock."""
    return f"{status.st_mode:o} {status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_ctime_ns} {path}"


def _changed(status: os.stat_result) -> int:
    """When it last was, in nanoseconds."""
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _read(folder: str, unknown: Mapping[str, os.stat_result]) -> dict[str, str]:
    """Contents are hashed by threads: for large files hashing lets others run."""
    paths = list(unknown)
    batches = [paths[at : at + TOGETHER] for at in range(0, len(paths), TOGETHER)]

    def parts(batch: list[str]) -> list[tuple[str, str]]:
        return [(path, _part(f"{folder}/{path}", unknown[path].st_mode)) for path in batch]

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1), thread_name_prefix="hash") as pool:
        return {path: part for pairs in pool.map(parts, batches) for path, part in pairs}


def _part(path: str, mode: int) -> str:
    if stat.S_ISREG(mode):
        return f"{mode:o} {_hashed(path)}"
    target = os.readlink(path) if stat.S_ISLNK(mode) else None  # noqa: PTH115 - its text, as it is written
    return f"{mode:o} {target}"


def _hashed(path: str) -> str:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - ten thousand of them
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(data: Any) -> str:
    return hashlib.sha256(data).hexdigest()
