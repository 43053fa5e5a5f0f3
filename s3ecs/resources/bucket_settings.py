"""The settings of a bucket, each a pair of how it is read and how it is written.

Policy, notification, lifecycle and tags may hold entries of others: ours are merged in, theirs stay verbatim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from s3ecs.resources.bucket_notification import get_events, put_events
from s3ecs.resources.bucket_policy import get_tls_only, put_tls_only
from s3ecs.resources.owned import Tags, from_pairs, to_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.resources.spot import Spot

LIFECYCLE_ID: Final = "s3ecs-unfinished-uploads"
BLOCKED: Final = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


@dataclass(frozen=True)
class Setting:
    """One setting: ``get`` returns it in normal form, ``put`` writes that form."""

    name: str
    get: Callable[[Spot], Any]
    put: Callable[[Spot, Any], None]


def _get_public_access(spot: Spot) -> Any:
    found = spot.ask("get_public_access_block", "NoSuchPublicAccessBlockConfiguration")
    block = found.get("PublicAccessBlockConfiguration", {})
    opened = sorted(key for key in BLOCKED if not block.get(key))
    return f"open: {', '.join(opened)}" if opened else "blocked"


def _put_public_access(spot: Spot, _: Any) -> None:
    spot.s3.put_public_access_block(**spot.where, PublicAccessBlockConfiguration=BLOCKED)


def encryption(key: Any) -> dict[str, Any]:
    """What is asked of a bucket with a customer's key. AWS: a bucket key spares a call of KMS for every object."""
    return {"algorithm": "aws:kms", "key": key, "bucket_key": True}


def get_encryption(spot: Spot) -> Any:
    """The algorithm, ``none`` among them; with a key that is named also which it is, as S3 calls it."""
    found = spot.ask("get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError")
    (rule, *_) = found.get("ServerSideEncryptionConfiguration", {}).get("Rules", [{}])
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    algorithm = default.get("SSEAlgorithm", "none")
    if "KMSMasterKeyID" not in default:
        return algorithm
    return {
        "algorithm": algorithm,
        "key": default["KMSMasterKeyID"],
        "bucket_key": bool(rule.get("BucketKeyEnabled", False)),
    }


def _put_encryption(spot: Spot, wish: Any) -> None:
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": wish}}
    if not isinstance(wish, str):
        default = {"SSEAlgorithm": wish["algorithm"], "KMSMasterKeyID": wish["key"]}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": wish["bucket_key"]}
    spot.s3.put_bucket_encryption(**spot.where, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _get_ownership(spot: Spot) -> Any:
    found = spot.ask("get_bucket_ownership_controls", "OwnershipControlsNotFoundError")
    rules = found.get("OwnershipControls", {}).get("Rules", [{}])
    return rules[0].get("ObjectOwnership", "none")


def _put_ownership(spot: Spot, ownership: Any) -> None:
    spot.s3.put_bucket_ownership_controls(**spot.where, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]})


def _get_versioning(spot: Spot) -> Any:
    # AWS: a bucket that never had versions says nothing, and once it has had some they can only be suspended.
    return "Enabled" if spot.ask("get_bucket_versioning").get("Status") == "Enabled" else "off"


def _put_versioning(spot: Spot, wish: Any) -> None:
    status = "Enabled" if wish == "Enabled" else "Suspended"
    spot.s3.put_bucket_versioning(**spot.where, VersioningConfiguration={"Status": status})


def _lifecycle(spot: Spot) -> dict[str, Any]:
    return spot.ask("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration")


def _get_unfinished_uploads(spot: Spot) -> Any:
    for rule in _lifecycle(spot).get("Rules", ()):
        if rule.get("ID") == LIFECYCLE_ID and rule["Status"] == "Enabled":
            days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
            more = sorted(rule.keys() - {"ID", "Status", "Filter", "Prefix", "AbortIncompleteMultipartUpload"})
            only = "" if rule.get("Filter", rule).get("Prefix") == "" else " for some keys only"
            return " and ".join([f"{days} days{only}", *more])
    return "kept"


def _put_unfinished_uploads(spot: Spot, wish: Any) -> None:
    found = _lifecycle(spot)
    others = [rule for rule in found.get("Rules", ()) if rule.get("ID") != LIFECYCLE_ID]
    # AWS: rules of the older form, without a filter, and of the newer one do not go together.
    everything = {"Prefix": ""} if any("Filter" not in rule for rule in others) else {"Filter": {"Prefix": ""}}
    ours = {
        "ID": LIFECYCLE_ID,
        "Status": "Enabled",
        **everything,
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": int(wish.split()[0])},
    }
    # AWS: the call replaces everything; the smallest size to transition stands beside the rules.
    smallest = {key: found[key] for key in ("TransitionDefaultMinimumObjectSize",) if key in found}
    rules = {"Rules": [*others, ours]}
    spot.s3.put_bucket_lifecycle_configuration(**spot.where, LifecycleConfiguration=rules, **smallest)


def get_tags(spot: Spot) -> Tags:
    """All tags of the bucket, others' among them."""

    def ask() -> Tags:
        return from_pairs(spot.ask("get_bucket_tagging", "NoSuchTagSet").get("TagSet", ()))

    return dict(spot.aws.once(f"tags of bucket {spot.name}", ask))


def _put_tags(spot: Spot, tags: Any) -> None:
    # AWS: the call replaces all tags.
    spot.s3.put_bucket_tagging(**spot.where, Tagging={"TagSet": to_pairs({**get_tags(spot), **tags})})


LEAVE: Final = (
    "BucketPublicAccessBlock",
    "EncryptionConfiguration",
    "BucketVersioning",
    "BucketOwnershipControls",
    "BucketPolicy",
    "LifecycleConfiguration",
    "BucketNotification",
    "BucketTagging",
)
"""What IAM calls the settings, behind s3:Get and s3:Put."""

SETTINGS: Final = (
    Setting("public_access", _get_public_access, _put_public_access),
    Setting("encryption", get_encryption, _put_encryption),
    Setting("versioning", _get_versioning, _put_versioning),
    Setting("ownership", _get_ownership, _put_ownership),
    Setting("tls_only", get_tls_only, put_tls_only),
    Setting("unfinished_uploads", _get_unfinished_uploads, _put_unfinished_uploads),
    Setting("events", get_events, put_events),
    Setting("tags", get_tags, _put_tags),
)
"""In the order in which they are written: what closes the bucket first, what starts anything last."""
