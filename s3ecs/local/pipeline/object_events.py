"""Object changes of a bucket as EventBridge events, with the fields of the real ones.

A change is noted while its request is answered and sent after, when the object is complete with its metadata and tags.
That is also what makes one event of a multipart upload, for which moto reports a Put, a tagging and the completion.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from s3ecs.local import duplicates, request, seams
from s3ecs.local.backends import Place
from s3ecs.local.pipeline import bus, delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.home import Home
    from s3ecs.local.keeping.changes import Changes

    Send = Callable[..., None]

# AWS: the reason is the name of the API, for POST as the log format spells it.
_CREATED = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}
_DELETED = {
    "s3:ObjectRemoved:Delete": "Permanently Deleted",
    "s3:ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}
_TAGGED = {
    "s3:ObjectTagging:Put": "Object Tags Added",
    "s3:ObjectTagging:Delete": "Object Tags Deleted",
}


class _Sequence:
    """Numbers that rise, also from one server to the next: the time in nanoseconds, or one more than the last."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """A number above all before."""
        with self._lock:
            self._last = max(self._last + 1, time.time_ns())
            return self._last


_sequence = _Sequence()


def install(home: Home, changes: Changes) -> tuple[Callable[[request.Request], None], Send]:
    """Let moto's S3 tell us of every change.

    Returns what is to be done before a request's answer goes out, and what sends one event: to all rules but for those
    rules and targets that it has reached before. One that no rule wants goes on waiting unless this is ``final``.
    """

    def send(event: dict[str, Any], reached: frozenset[tuple[str, str]] = frozenset(), final: bool = True) -> None:
        # AWS: S3 sends to the default bus of the bucket's own region and account.
        place = Place(event["account"], event["region"])

        def settled() -> None:
            if final or reached or settling.begun > 1:
                changes.told([event])

        settling = delivery.Settling(settled)
        settling.begin()
        for _ in range(2 if duplicates.wanted(home) else 1):
            bus.send(place, event, reached, settling)
        settling.end()

    def finish(answered: request.Request) -> None:
        events = _events(answered)
        try:
            changes.keep(answered, events)
        finally:  # some of several objects may be kept
            for of_key in events.values():
                for event in of_key:
                    send(event)

    seams.replace("s3.object_event", note)
    return finish, send


def note(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
    """Called by moto for a bucket whose notification has EventBridge switched on."""
    change = request.Change(account_id, str(getattr(event_name, "value", event_name)), bucket, key)
    being_answered = request.current.get()
    if being_answered is not None:  # what is put back is no change
        being_answered.changes.append(change)


def _events(answered: request.Request) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """By bucket and key: of several events for one object that the request created, only the last creation."""
    created = {change.key.name: change for change in answered.changes if change.name in _CREATED}
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for change in answered.changes:
        if created.get(change.key.name, change) is change and not _is_part_of_a_put(change, answered):
            event = _event(Place(change.account, change.bucket.region_name), change, answered)
            if event is not None:
                found.setdefault((change.bucket.name, change.key.name), []).append(event)
    return found


def _is_part_of_a_put(change: request.Change, answered: request.Request) -> bool:
    # AWS: tags given with an upload are no event of their own; moto reports them for every upload.
    return change.name in _TAGGED and "tagging" not in answered.query


def _event(place: Place, change: request.Change, cause: request.Request) -> dict[str, Any] | None:
    bucket, key = change.bucket, change.key
    described: dict[str, Any] = {"key": key.name}
    detail: dict[str, Any] = {"version": "0", "bucket": {"name": bucket.name}, "object": described}
    if change.name in _CREATED:
        kind = "Object Created"
        described |= {"size": key.size, "etag": key.etag.strip('"')}
        detail["reason"] = _CREATED[change.name]
    elif change.name in _DELETED:
        kind = "Object Deleted"
        detail |= {"reason": "DeleteObject", "deletion-type": _DELETED[change.name]}
    elif change.name in _TAGGED:
        kind = _TAGGED[change.name]
        described["etag"] = key.etag.strip('"')
    else:
        return None  # restores, transitions and ACLs: not told rather than told wrongly
    if bucket.is_versioned and key.version_id and key.version_id != "null":
        described["version-id"] = key.version_id  # AWS: absent on an unversioned bucket
    if change.name not in _TAGGED:
        described["sequencer"] = f"{_sequence.next():016X}"
    detail |= {"request-id": cause.id, "requester": change.account, "source-ip-address": cause.source}
    return bus.event_of(place, "aws.s3", kind, bucket.arn, detail)
