"""What a bucket holds: objects, their versions and delete markers, unfinished uploads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from s3ecs.aws.faults import unless
from s3ecs.errors import CallFailed
from s3ecs.resources.bucket_settings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws

BATCH = 1000  # AWS: DeleteObjects takes no more
# AWS: DeleteObjects names its objects in XML, which cannot hold every character that a key may have.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stored(spot: Spot) -> str | None:
    """In words, whether a bucket holds any object, version or delete marker; an absent one holds none."""
    found = unless({"NoSuchBucket"}, lambda: spot.s3.list_object_versions(**spot.where, MaxKeys=1)) or {}
    return "objects" if found.get("Versions") or found.get("DeleteMarkers") else None


def unfinished(spot: Spot) -> str | None:
    """In words, whether somebody is about to upload something in parts."""
    found = unless({"NoSuchBucket"}, lambda: spot.s3.list_multipart_uploads(**spot.where, MaxUploads=1)) or {}
    return "unfinished uploads" if found.get("Uploads") else None


def delete_all(aws: Aws, bucket: str) -> None:
    """Empty a bucket, telling how far it is; what comes in meanwhile goes too.

    Raises CallFailed for the first object that AWS keeps, such as one under a retention lock.
    """
    spot = Spot(aws, bucket)
    gone = 0
    while batch := unless({"NoSuchBucket"}, lambda: list(_first(spot))):
        _delete(spot, batch)
        gone += len(batch)
        aws.tell(f"deleted from {bucket} so far: {gone}", 0)
    for upload in unless({"NoSuchBucket"}, lambda: list(_uploads(aws, spot))) or ():
        spot.s3.abort_multipart_upload(**spot.where, Key=upload["Key"], UploadId=upload["UploadId"])


def _delete(spot: Spot, batch: list[dict[str, str]]) -> None:
    alone = [each for each in batch if NOT_IN_XML.search(each["Key"])]
    for each in alone:
        spot.s3.delete_object(**spot.where, **each)
    if together := [each for each in batch if each not in alone]:
        answer = spot.s3.delete_objects(**spot.where, Delete={"Objects": together, "Quiet": True})
        # AWS: failures hide in an answer of 200.
        for failed in answer.get("Errors", ()):
            raise CallFailed(f"DeleteObjects: {failed['Code']}: {failed['Message']}: {failed['Key']!a}")


def _first(spot: Spot) -> Iterator[dict[str, str]]:
    page: dict[str, Any] = spot.s3.list_object_versions(**spot.where, MaxKeys=BATCH)
    for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
        yield {"Key": each["Key"], "VersionId": each["VersionId"]}


def _uploads(aws: Aws, spot: Spot) -> Iterator[Any]:
    return aws.pages(spot.s3, "list_multipart_uploads", "Uploads", **spot.where)
