"""moto's buckets and objects as records, and back."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeDeleteMarker, FakeKey, NotificationConfiguration, s3_backends
from moto.s3.utils import _VersionedKeyStore

from s3ecs.local import request
from s3ecs.local.backends import ACCOUNT
from s3ecs.local.keeping.body import Body

if TYPE_CHECKING:
    from s3ecs.local.keeping.store import Record, Store

_PARTITION = "aws"
# What moto's FakeKey takes when it is made, under the same names.
_MADE_WITH = ("encryption", "kms_key_id", "bucket_key_enabled", "lock_mode", "lock_legal_status", "lock_until")
# What is set on it later.
_SET = ("website_redirect_location", "checksum_algorithm", "checksum_type", "checksum_value", "checksum_parts")


class WatchedKeys(_VersionedKeyStore):  # type: ignore[misc]
    """A bucket's keys: notes for the request that is being answered which of them it has changed."""

    def __init__(self, bucket: str) -> None:
        super().__init__()
        self._bucket = bucket

    def __setitem__(self, key: str, value: Any) -> None:
        self._note(key)
        super().__setitem__(key, value)

    def setlist(self, key: str, list_: Any) -> None:
        """All versions of the key."""
        self._note(key)
        super().setlist(key, list_)

    def pop(self, key: str) -> None:
        """The key and all its versions are gone."""
        self._note(key)
        super().pop(key)

    def _note(self, key: str) -> None:
        if being_answered := request.current.get():
            being_answered.touched[self._bucket, key] = None


def find_bucket(name: str) -> Any:
    """moto's bucket; None where there is none."""
    return s3_backends[ACCOUNT][_PARTITION].buckets.get(name)


def bucket_record(bucket: Any) -> Record:
    """What is kept of a bucket itself; the other settings of a stack's bucket come from its spec."""
    notification = bucket.notification_configuration
    return {
        "name": bucket.name,
        "region": bucket.region_name,
        "created": bucket.creation_date.timestamp(),
        "versioning": bucket.versioning_status,
        "tags": _backend().tagger.get_tag_dict_for_resource(bucket.arn),
        "event_bridge": notification is not None and notification.event_bridge is not None,
        "policy": bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy,
    }


def put_bucket_back(record: Record) -> None:
    """Make a bucket as it was."""
    bucket = _backend().create_bucket(record["name"], record["region"])
    bucket.creation_date = datetime.fromtimestamp(record["created"], UTC)
    bucket.versioning_status = record["versioning"]
    if record["tags"]:
        _backend().put_bucket_tagging(record["name"], record["tags"])
    if record["event_bridge"]:
        bucket.notification_configuration = NotificationConfiguration(event_bridge={})
    bucket.policy = record["policy"].encode() if record["policy"] else None


def drop_bucket(bucket: Any) -> None:
    """A bucket that cannot be kept is none."""
    _backend().buckets.pop(bucket.name, None)
    s3_backends.bucket_accounts.pop(bucket.name, None)


def versions(bucket: Any, key: str) -> list[Any]:
    """A key's versions, the oldest first; none where there is no such object."""
    found: list[Any] = list(bucket.keys.getlist(key, []))
    return found


def body_name(version: Any) -> str:
    """The name of a version's body on disk, the same for as long as the version is there."""
    name: str = version.__dict__.setdefault("kept_as", uuid.uuid4().hex)
    return name


def object_record(bucket: Any, key: str, found: list[Any]) -> Record:
    """What is kept of a key."""
    return {"bucket": bucket.name, "key": key, "versions": [_version(one) for one in found]}


def put_object_back(record: Record, store: Store) -> None:
    """A key's versions as they were; they take the place of those that moto has, and nothing is told of it."""
    bucket = find_bucket(record["bucket"])
    found: list[Any] = []
    for version in record["versions"]:
        made = _key(bucket, record, version, store) if "body" in version else _marker(version, found[-1:], record)
        found.append(made)
    bucket.keys.setlist(record["key"], found)


def _version(version: Any) -> Record:
    told: Record = {"id": version.version_id, "modified": version.last_modified.replace(tzinfo=UTC).timestamp()}
    if isinstance(version, FakeDeleteMarker):
        return told
    return told | {
        "body": body_name(version),
        "size": version.size,
        "etag": version.etag.strip('"'),
        "storage": version.storage_class,
        "versioned": version._is_versioned,  # noqa: SLF001
        "metadata": json.loads(json.dumps(dict(version.metadata), default=str)),
        "tags": _backend().tagger.get_tag_dict_for_resource(version.arn),
        "made_with": {name: getattr(version, name) for name in _MADE_WITH},
        "set": {name: getattr(version, name) for name in _SET},
    }


def _key(bucket: Any, record: Record, version: Record, store: Store) -> Any:
    key = FakeKey(
        record["key"],
        b"",
        account_id=ACCOUNT,
        region_name=_backend().region_name,
        bucket_name=bucket.name,
        storage=version["storage"],
        etag=version["etag"],
        is_versioned=version["versioned"],
        version_id=version["id"],
        **version["made_with"],
    )
    for name, value in version["set"].items():
        setattr(key, name, value)
    key.set_metadata(version["metadata"])
    key.last_modified = _moment(version)
    key.kept_as = version["body"]
    _backend().tagger.delete_all_tags_for_resource(key.arn)
    if version["tags"]:
        _backend().tagger.tag_resource(key.arn, [{"Key": k, "Value": v} for k, v in version["tags"].items()])
    read_from(key, store)
    return key


def read_from(key: Any, store: Store) -> None:
    """Let a kept version's body be read from its file instead of from memory."""
    with key.lock:
        size = key.contentsize if not isinstance(key._value_buffer, Body) else None  # noqa: SLF001
        body = Body(store.body(key.bucket_name, key.kept_as))
        if size is not None:
            key._value_buffer.close()  # noqa: SLF001
        key._value_buffer, key.contentsize = body, body.size()  # noqa: SLF001


def _marker(version: Record, before: list[Any], record: Record) -> Any:
    marker = FakeDeleteMarker.__new__(FakeDeleteMarker)
    marker.key = before[0] if before else None
    marker.name, marker._version_id = record["key"], version["id"]  # noqa: SLF001
    marker.last_modified = _moment(version)
    return marker


def _moment(version: Record) -> datetime:
    return datetime.fromtimestamp(version["modified"], UTC).replace(tzinfo=None)  # moto's times know no zone


def _backend() -> Any:
    return s3_backends[ACCOUNT][_PARTITION]
