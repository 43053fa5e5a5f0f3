"""A new bucket has the tags of its CreateBucket call, and AWS's defaults.

moto drops ``CreateBucketConfiguration.Tags``, so a bucket made and tagged in one call looks foreign afterwards; and it
makes buckets as AWS did before 2023: open to public access, unencrypted, with ACLs.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from moto.s3.models import PublicAccessBlock

from s3ecs.local import seams
from s3ecs.local.gaps import bucket_names
from s3ecs.local.keeping.objects import WatchedKeys


def install() -> None:
    """Finish moto's new buckets."""
    seams.replace("s3.create_bucket", create_bucket)
    seams.replace("s3.http_put_bucket", put_bucket)


def create_bucket(s3: Any, bucket_name: str, region_name: str, bucket_namespace: str | None = None) -> Any:
    """With public access blocked, SSE-S3 and no ACLs, under a name that S3 takes."""
    bucket_names.check(bucket_name)
    bucket = seams.original("s3.create_bucket")(s3, bucket_name, region_name, bucket_namespace=bucket_namespace)
    bucket.keys = WatchedKeys(bucket_name)  # what happens to them is kept
    bucket.public_access_block = PublicAccessBlock(*["true"] * 4)
    bucket.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}
    bucket.ownership_rule = "BucketOwnerEnforced"
    return bucket


def put_bucket(http: Any, request: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
    """CreateBucket keeps its tags; every other setting of a bucket is moto's own."""
    is_new = not querystring and bucket_name not in http.backend.buckets
    answer = seams.original("s3.http_put_bucket")(http, request, bucket_name, querystring)
    if is_new and bucket_name in http.backend.buckets:
        tags = _tags(http.body)
        if tags:
            http.backend.put_bucket_tagging(bucket_name, tags)
    return answer


def _tags(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    found = ET.fromstring(body).iterfind(".//{*}Tags/{*}Tag")  # noqa: S314  (expat here refuses entity bombs; the caller holds our key)
    return {tag.findtext("{*}Key", ""): tag.findtext("{*}Value", "") for tag in found}
