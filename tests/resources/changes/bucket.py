"""Every setting of a bucket, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.resources import policy
from s3ecs.resources.bucket_settings import BLOCKED, LIFECYCLE_ID
from s3ecs.resources.owned import to_pairs

from .case import OTHER, Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene


def _lifecycle(scene: Scene, days: int, **changed: Any) -> None:
    abort = {"DaysAfterInitiation": days}
    ours = {"ID": LIFECYCLE_ID, "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": abort}
    rule = {**ours, **changed}
    scene.aws.s3.put_bucket_lifecycle_configuration(Bucket=scene.name, LifecycleConfiguration={"Rules": [rule]})


def _open(scene: Scene) -> None:
    block = {**BLOCKED, "BlockPublicPolicy": False}
    scene.aws.s3.put_public_access_block(Bucket=scene.name, PublicAccessBlockConfiguration=block)


def _other_policy(scene: Scene) -> None:
    statement = {"Sid": "S3ecsTlsOnly", "Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": "s3:PutObject"}
    document = {"Version": policy.VERSION, "Statement": [{**statement, "Resource": f"arn:aws:s3:::{scene.name}/*"}]}
    scene.aws.s3.put_bucket_policy(Bucket=scene.name, Policy=json.dumps(document))


def _encrypt(scene: Scene) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    scene.aws.s3.put_bucket_encryption(Bucket=scene.name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _suspend(scene: Scene) -> None:
    suspended = {"Status": "Suspended"}
    scene.aws.s3.put_bucket_versioning(Bucket=scene.name, VersioningConfiguration=suspended)


def _own(scene: Scene) -> None:
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    scene.aws.s3.put_bucket_ownership_controls(Bucket=scene.name, OwnershipControls=rules)


def _retag_bucket(scene: Scene) -> None:
    tags = {**scene.desired["tags"], "team": "other"}
    scene.aws.s3.put_bucket_tagging(Bucket=scene.name, Tagging={"TagSet": to_pairs(tags)})


BUCKET = (
    Case("bucket", "public_access", "open: BlockPublicPolicy", _open),
    Case(
        "bucket",
        "public_access",
        "open: BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets",
        lambda scene: scene.aws.s3.delete_public_access_block(Bucket=scene.name),
    ),
    Case("bucket", "encryption", "aws:kms", _encrypt),
    Case("bucket", "encryption", "none", lambda scene: scene.aws.s3.delete_bucket_encryption(Bucket=scene.name)),
    Case("bucket", "versioning", "off", _suspend),
    Case("bucket", "ownership", "ObjectWriter", _own),
    Case("bucket", "ownership", "none", lambda scene: scene.aws.s3.delete_bucket_ownership_controls(Bucket=scene.name)),
    Case("bucket", "tls_only", False, lambda scene: scene.aws.s3.delete_bucket_policy(Bucket=scene.name)),
    Case("bucket", "tls_only", False, _other_policy),
    Case("bucket", "unfinished_uploads", "kept", lambda scene: scene.aws.s3.delete_bucket_lifecycle(Bucket=scene.name)),
    Case("bucket", "unfinished_uploads", "kept", lambda scene: _lifecycle(scene, 7, Status="Disabled")),
    Case("bucket", "unfinished_uploads", "30 days", lambda scene: _lifecycle(scene, 30)),
    Case(
        "bucket",
        "unfinished_uploads",
        "7 days for some keys only",
        lambda scene: _lifecycle(scene, 7, Filter={"Prefix": "a/"}),
    ),
    Case(
        "bucket",
        "unfinished_uploads",
        "7 days and Expiration",
        lambda scene: _lifecycle(scene, 7, Expiration={"Days": 1}),
    ),
    Case(
        "bucket",
        "events",
        "off",
        lambda scene: scene.aws.s3.put_bucket_notification_configuration(
            Bucket=scene.name, NotificationConfiguration={}
        ),
    ),
    Case("bucket", "tags.team", "other", _retag_bucket),
)
