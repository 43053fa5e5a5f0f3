"""What the words of a template stand for, for one object of the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from s3ecs.aws.faults import unless
from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from s3ecs.aws.session import Aws

OF_THE_OBJECT: Final = frozenset({"size", "etag", "version_id", "time"})
"""Words whose value only S3 can tell; the others are known from bucket and key."""


def values(aws: Aws, bucket: str, key: str, wanted: Collection[str]) -> dict[str, str]:
    """By word, as the event of this object would say it; S3 is asked only for what is ``wanted``.

    ``time`` is when the object was last written. Raises UsageError where S3 is asked and there is no such object.
    """
    known = {"key": key, "bucket": bucket, "uri": f"s3://{bucket}/{key}", "region": aws.environment.region}
    asked = OF_THE_OBJECT & set(wanted)
    if not asked:
        return known
    owner = aws.environment.account
    found = unless(
        {"404", "NoSuchBucket"}, lambda: aws.s3.head_object(Bucket=bucket, Key=key, ExpectedBucketOwner=owner)
    )
    if found is None:
        words = " ".join(f"{{{word}}}" for word in sorted(asked))
        raise UsageError(
            f"there is no object {key!a} in {bucket}, and the spec wants {words} of it", hint="upload it first"
        )
    return known | {
        "size": str(found["ContentLength"]),
        "etag": found["ETag"].strip('"'),
        "version_id": found.get("VersionId", ""),
        "time": found["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
