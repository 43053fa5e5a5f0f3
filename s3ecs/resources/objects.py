"""What a bucket holds: objects, their versions and delete markers, unfinished uploads."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from s3ecs.aws.faults import unless
from s3ecs.aws.hidden import look_into
from s3ecs.errors import CallFailed
from s3ecs.resources.spot import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws

BATCH = 1000  # AWS: DeleteObjects takes no more
UPLOADS_TOLD = 100
# AWS: DeleteObjects names its objects in XML, which cannot hold every character that a key may have.
NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stored(spot: Spot) -> str | None:
    """In words, whether a bucket holds any object, version or delete marker; an absent one holds none."""
    found = unless({"NoSuchBucket"}, lambda: spot.s3.list_object_versions(**spot.where, MaxKeys=1)) or {}
    return "objects" if found.get("Versions") or found.get("DeleteMarkers") else None


def unfinished(spot: Spot) -> str | None:
    """In words, whether somebody is about to upload something in parts."""
    found = unless({"NoSuchBucket"}, lambda: _first_uploads(spot, 1))
    return "unfinished uploads" if found else None


def delete_all(aws: Aws, bucket: str) -> None:
    """Empty a bucket, telling how far it is; what comes in meanwhile goes too.

    Raises Interrupted between two batches, and CallFailed for the first object that AWS keeps, such as one under a
    retention lock: what has gone by then has gone, and the next call goes on from what is there.
    """
    spot, gone = Spot(aws, bucket), 0
    before: list[dict[str, str]] = []
    while batch := unless({"NoSuchBucket"}, lambda: list(_first(spot))):
        if batch == before:  # AWS: a key that is not there is deleted without a word
            raise CallFailed(f"DeleteObjects: {bucket} still has what was deleted, such as {batch[0]['Key']!a}")
        before = batch
        aws.go_on(f"the objects of {bucket} to be deleted")
        _delete(spot, batch)
        gone += len(batch)
        aws.tell(f"deleted from {bucket} so far: {gone}", 0)
    _end_uploads(aws, spot)


def _end_uploads(aws: Aws, spot: Spot) -> None:
    ended = 0
    before: list[dict[str, str]] = []
    while batch := unless({"NoSuchBucket"}, lambda: _first_uploads(spot, BATCH)):
        if batch == before:
            raise CallFailed(f"AbortMultipartUpload: {spot.name} still has what was ended, such as {batch[0]['Key']!a}")
        before = batch
        for which in batch:
            aws.go_on(f"the unfinished uploads of {spot.name} to be ended")
            unless({"NoSuchUpload", "NoSuchBucket"}, partial(spot.s3.abort_multipart_upload, **spot.where, **which))
            ended += 1
            if ended % UPLOADS_TOLD == 0:
                aws.tell(f"{ended} unfinished uploads of {spot.name} ended", 0)


def _delete(spot: Spot, batch: list[dict[str, str]]) -> None:
    plain: list[dict[str, str]] = []
    odd: list[dict[str, str]] = []
    for each in batch:
        (odd if NOT_IN_XML.search(each["Key"]) else plain).append(each)
    for each in odd:
        spot.s3.delete_object(**spot.where, **each)
    if plain:
        look_into("DeleteObjects", spot.s3.delete_objects(**spot.where, Delete={"Objects": plain, "Quiet": True}))


def _first(spot: Spot) -> Iterator[dict[str, str]]:
    page: dict[str, Any] = spot.s3.list_object_versions(**spot.where, MaxKeys=BATCH)
    for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
        yield {"Key": each["Key"], "VersionId": each["VersionId"]}


def _first_uploads(spot: Spot, most: int) -> list[dict[str, str]]:
    # AWS: a key may have what XML cannot hold, which makes the answer unreadable unless it is encoded. botocore asks
    # for that, and decodes it, in lists of objects alone.
    page = spot.s3.list_multipart_uploads(**spot.where, MaxUploads=most, EncodingType="url")
    plain = unquote_plus if page.get("EncodingType") == "url" else str
    return [{"Key": plain(each["Key"]), "UploadId": each["UploadId"]} for each in page.get("Uploads", ())]
