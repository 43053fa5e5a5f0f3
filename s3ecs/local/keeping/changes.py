"""What a request changed, on disk before its answer goes out; and the events of it, so that none is lost in a kill."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3ecs.local.keeping import objects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3ecs.local.keeping.journal import Journal
    from s3ecs.local.keeping.ledger import Event
    from s3ecs.local.keeping.store import Store
    from s3ecs.local.request import Request

_log = logging.getLogger(__name__)
_LOCKS = 64  # as many keys can be written at once


@dataclass
class NotKept(Exception):
    """What a request changed cannot be written; moto's memory is as it was before."""

    reason: str


class Changes:
    """Keeps the changes of requests."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def keep(self, answered: Request, events: dict[tuple[str, str], list[dict[str, Any]]]) -> None:
        """Write every change of the request, and its ``events`` by bucket and key.

        Raises NotKept with the first change that cannot be written; those before it are kept, those after undone.
        """
        for name in answered.buckets:
            self._keep_bucket(name)
        left = list(answered.touched)
        try:
            while left:
                bucket, key = left[0]
                with self._lock(bucket, key):
                    self._keep(bucket, key, events.get((bucket, key), []))
                left.pop(0)
        except OSError as error:
            for bucket, key in left:
                events.pop((bucket, key), None)
                with self._lock(bucket, key):
                    self._undo(bucket, key)
            raise self._not_kept(error) from error

    def told(self, events: Iterable[dict[str, Any]]) -> None:
        """These events have reached every target."""
        self._journal.note(*({"do": "told", "event": event["id"]} for event in events))

    def came_true(self, event: Event) -> bool:
        """Whether what an event tells of had happened when the server ended."""
        if event.kept:
            return True
        bucket, key, body = event.line["object"]
        record = self._store.record(bucket, key)
        if body is None:
            return record is None
        return any(version.get("body") == body for version in (record or {}).get("versions", ()))

    def _keep_bucket(self, name: str) -> None:
        bucket = objects.find_bucket(name)
        try:
            if bucket is None:
                self._store.forget_bucket(name)
            else:
                self._store.keep_bucket(name, objects.bucket_record(bucket))
        except OSError as error:
            if bucket is not None and not self._store.has(name):
                objects.drop_bucket(bucket)
            raise self._not_kept(error) from error

    def _keep(self, bucket_name: str, key: str, events: list[dict[str, Any]]) -> None:
        bucket = objects.find_bucket(bucket_name)
        if bucket is None:
            return
        found = objects.versions(bucket, key)
        newest = objects.body_name(found[-1]) if found and hasattr(found[-1], "contentsize") else None
        if events:
            of = [bucket_name, key, newest]
            note = self._journal.write if found else self._journal.note  # deleting has to work on a full disk
            note(*({"do": "event", "event": event, "object": of} for event in events))
        if found:
            self._keep_versions(bucket, key, found)
        else:
            self._store.forget(bucket_name, key)
        self._journal.note(*({"do": "kept", "event": event["id"]} for event in events))

    def _keep_versions(self, bucket: Any, key: str, found: list[Any]) -> None:
        bodies = [one for one in found if hasattr(one, "contentsize")]
        new = [one for one in bodies if not self._store.body(bucket.name, objects.body_name(one)).exists()]
        try:
            contents = {objects.body_name(one): one.value for one in new}
        except ValueError:  # replaced meanwhile by another request, whose turn comes next
            return
        if not self._store.has(bucket.name):
            self._store.keep_bucket(bucket.name, objects.bucket_record(bucket))
        self._store.keep(bucket.name, key, objects.object_record(bucket, key, found), contents)
        for one in new:
            objects.read_from(one, self._store)

    def _undo(self, bucket_name: str, key: str) -> None:
        """What moto has is what is kept."""
        bucket = objects.find_bucket(bucket_name)
        record = self._store.record(bucket_name, key)
        if record is not None:
            objects.put_object_back(record, self._store)
        elif bucket is not None and key in bucket.keys:
            bucket.keys.pop(key)

    def _lock(self, bucket: str, key: str) -> threading.Lock:
        return self._locks[hash((bucket, key)) % _LOCKS]

    def _not_kept(self, error: OSError) -> NotKept:
        reason = error.strerror or os.strerror(error.errno or 0)
        _log.error("%s: %s; nothing was changed, make room on the disk", error.filename or "the disk", reason)
        return NotKept(reason)
