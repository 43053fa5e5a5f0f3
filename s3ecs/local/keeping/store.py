"""Buckets and objects as files: one record per key with all of its versions, one file per body.

A key may be anything that S3 takes, so its record's name is a hash and the key stands in it. A record names the bodies
of its versions; bodies are written before it and removed after it, so putting the record in place is the one moment at
which an object is there, changed or gone. A body that no record names was left over by a kill.
"""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from s3ecs.local.home import TEMPORARY, write_private, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Record = dict[str, Any]


class Store:
    """The files below one folder. Who writes one key from several threads takes turns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def buckets(self) -> list[Record]:
        """What was kept of each bucket, by name."""
        return [_read(file) for file in sorted(self._folder.glob("*/bucket.json"))]

    def has(self, name: str) -> bool:
        """Whether a bucket is kept."""
        return (self._folder / name / "bucket.json").exists()

    def keep_bucket(self, name: str, record: Record) -> None:
        """Keep a bucket's own settings."""
        folder = self._folder / name
        for each in (folder, folder / "keys", folder / "bodies"):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(folder / "bucket.json", record)

    def forget_bucket(self, name: str) -> None:
        """The bucket was deleted, which S3 allows only when it is empty; fine if it is not there."""
        (self._folder / name / "bucket.json").unlink(missing_ok=True)
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def record(self, bucket: str, key: str) -> Record | None:
        """The record of a key; None where there is no such object."""
        try:
            return _read(self._record(bucket, key))
        except FileNotFoundError:
            return None

    def records(self, bucket: str) -> Iterator[Record]:
        """Every record of a bucket."""
        for file in (self._folder / bucket / "keys").iterdir():
            if not file.name.startswith(TEMPORARY):
                yield _read(file)

    def keep(self, bucket: str, key: str, record: Record, bodies: Mapping[str, bytes]) -> None:
        """Keep a key's versions, with the bodies that are new. Raises OSError, and then what was kept is as it was."""
        before = self._bodies(self.record(bucket, key))
        try:
            for name, content in bodies.items():
                write_whole(self.body(bucket, name), content)
            write_private(self._record(bucket, key), record)
        except OSError:
            self._remove(bucket, set(bodies))
            raise
        self._remove(bucket, before - self._bodies(record))

    def forget(self, bucket: str, key: str) -> None:
        """The object is gone with all its versions; fine if it is not there."""
        before = self._bodies(self.record(bucket, key))
        self._record(bucket, key).unlink(missing_ok=True)
        self._remove(bucket, before)

    def body(self, bucket: str, name: str) -> Path:
        """The file of a body."""
        return self._folder / bucket / "bodies" / name

    def sweep(self, bucket: str, records: list[Record]) -> None:
        """Remove what a kill left over: bodies that no record names, files that were not finished."""
        named = {name for record in records for name in self._bodies(record)}
        folder = self._folder / bucket
        for file in [
            *folder.glob("bodies/*"),
            *folder.glob(f"bodies/{TEMPORARY}*"),
            *folder.glob(f"keys/{TEMPORARY}*"),
        ]:
            if file.name not in named:
                file.unlink(missing_ok=True)

    def count(self) -> int:
        """How many objects there are."""
        return sum(1 for _ in self._folder.glob("*/keys/[!.]*"))

    def _record(self, bucket: str, key: str) -> Path:
        return self._folder / bucket / "keys" / sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    def _bodies(self, record: Record | None) -> set[str]:
        return {version["body"] for version in (record or {}).get("versions", ()) if "body" in version}

    def _remove(self, bucket: str, bodies: set[str]) -> None:
        for name in bodies:
            self.body(bucket, name).unlink(missing_ok=True)


def _read(file: Path) -> Record:
    record: Record = json.loads(file.read_bytes().decode("utf-8", "surrogatepass"))
    return record
