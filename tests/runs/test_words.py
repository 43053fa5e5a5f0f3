"""The words of a template for an object that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.runs.words import values
from tests.connected import connected

if TYPE_CHECKING:
    from s3ecs.local.control import Server

BUCKET = "words-of-an-object"


def test_an_object_is_looked_at_in_a_bucket_of_this_account_alone(embedded: Server) -> None:
    aws = connected(embedded, "us-east-1")
    aws.s3.create_bucket(Bucket=BUCKET)
    aws.s3.put_object(Bucket=BUCKET, Key="a", Body=b"four")
    owners: list[str | None] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        owners.append(params.get("ExpectedBucketOwner"))

    aws.s3.meta.events.register("provide-client-params.s3.HeadObject", note)
    try:
        assert values(aws, BUCKET, "a", {"size"})["size"] == "4"
    finally:
        aws.s3.delete_object(Bucket=BUCKET, Key="a")
        aws.s3.delete_bucket(Bucket=BUCKET)
    assert owners == [aws.environment.account]
