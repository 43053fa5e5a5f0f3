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
from s3ecs.image.context import dockerfile_of, entries, ignore_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.image.context import Entry
    from s3ecs.spec.model import Build

LENGTH: Final = 32  # hexadecimal digits of a hash that are a tag
FRESH: Final = 2 * 10**9  # nanoseconds in which a file may change twice and bear the same times
TOGETHER: Final = 64  # small files that one thread takes at once
DIGITS: Final = 64
"""The length of a hash of contents."""
FILES: Final = "files"
"""The part of the cache that holds hashes by path."""


@dataclass(frozen=True)
class Source:
    """``hash`` names it; ``parts`` holds a fingerprint of each file, and of what else decides, in brackets."""

    hash: str
    parts: Mapping[str, str]


def source_of(build: Build, platform: str) -> Source:
    """Look at everything that a build for ``platform`` sees. Raises UsageError where it could not be built."""
    found = entries(build)
    hashes = _hashes(build, [each for each in found if stat.S_ISREG(each.mode)])
    # Kind, mode, and contents or target. Owner and times are nobody's: a build gives files its own.
    parts = {each.path: f"{each.mode:o} {hashes.get(each.path) or each.target}" for each in found}
    for file in filter(None, (dockerfile_of(build), ignore_file(build))):  # the builder reads them, left out or not
        parts.setdefault(os.path.relpath(file, build.folder), _digest(file.read_bytes()))
    parts["(target)"] = build.target or ""
    parts["(args)"] = json.dumps(dict(build.args), sort_keys=True)
    parts["(platform)"] = platform
    whole = "".join([f"{name}\0{part}\0" for name, part in sorted(parts.items())])
    return Source(_digest(os.fsencode(whole))[:LENGTH], parts)


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The parts that are not the same, by name."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _hashes(build: Build, files: list[Entry]) -> dict[str, str]:
    """Path to hash of contents; one that is known by path, size, times and inode is not read again."""
    name = os.path.realpath(build.folder)
    known = cache.load(FILES, name)
    found: dict[str, str] = {}
    unknown: list[Entry] = []
    for each in files:
        remembered = known.get(each.path)
        if isinstance(remembered, str) and remembered[:-DIGITS] == f"{each.identity} ":
            found[each.path] = remembered[-DIGITS:]
        else:
            unknown.append(each)
    if unknown:
        now = time.time_ns()
        found |= _read(str(build.folder), unknown)
        fresh = {each.path: f"{each.identity} {found[each.path]}" for each in unknown if now - each.changed > FRESH}
        if fresh:
            cache.save(FILES, name, {path: known[path] for path in known.keys() & found.keys()} | fresh)
    return found


def _read(folder: str, files: list[Entry]) -> dict[str, str]:
    """Contents are hashed by threads: for large files hashing lets others run."""
    batches = [files[at : at + TOGETHER] for at in range(0, len(files), TOGETHER)]

    def hashed(batch: list[Entry]) -> list[tuple[str, str]]:
        return [(each.path, _hashed(f"{folder}/{each.path}")) for each in batch]

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1), thread_name_prefix="hash") as pool:
        return {path: digest for pairs in pool.map(hashed, batches) for path, digest in pairs}


def _hashed(path: str) -> str:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - ten thousand of them
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(data: Any) -> str:
    return hashlib.sha256(data).hexdigest()
