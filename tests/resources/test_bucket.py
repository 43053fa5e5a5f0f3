"""A bucket is shared: others' entries survive, and others' buckets are left alone."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3ecs.engine.plan import Action
from s3ecs.errors import CallFailed, Interrupted, Refused
from s3ecs.resources import objects, policy
from s3ecs.resources.bucket_notification import NOTIFICATION
from s3ecs.resources.bucket_policy import SID
from s3ecs.resources.bucket_settings import LIFECYCLE_ID
from s3ecs.resources.key import Key
from s3ecs.resources.owned import from_pairs, to_pairs

from .plainly import make_bucket
from .scene import Scene, answering

if TYPE_CHECKING:
    from collections.abc import Callable

# Version and Id are others' too: under the version of 2008 a ${ in their statements is plain text.
FOREIGN_POLICY = {
    "Version": "2008-10-17",
    "Id": "theirs",
    "Statement": [
        {
            "Sid": "Theirs",
            "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::123456789012:role/theirs"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::BUCKET/${theirs}/*",
        }
    ],
}
FOREIGN_TAGS = {"theirs": "yes", "Team": "theirs"}


def _lifecycle(form: dict[str, Any]) -> list[dict[str, Any]]:
    expiration = {"ID": "theirs", "Status": "Enabled", "Expiration": {"Days": 90}, **form}
    return [
        expiration,
        {"ID": "paused", "Status": "Disabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 3}, **form},
    ]


def _put_foreign(subject: Scene, lifecycle: list[dict[str, Any]]) -> None:
    aws, name = subject.aws, subject.name
    url = aws.sqs.create_queue(QueueName=f"{subject.stack}-theirs")["QueueUrl"]
    arn = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    key = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "theirs/ü&<"}, {"Name": "suffix", "Value": ".csv"}]}}
    queue = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": key}
    aws.s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"QueueConfigurations": [queue]}
    )
    aws.s3.put_bucket_policy(Bucket=name, Policy=json.dumps(FOREIGN_POLICY).replace("BUCKET", name))
    aws.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": to_pairs({**FOREIGN_TAGS, "s3ecs:stack": subject.stack})})
    aws.s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": lifecycle})


def _foreign(subject: Scene) -> Any:
    """Everything in the shared places but for what is ours."""
    s3, where = subject.aws.s3, {"Bucket": subject.name}
    notification = s3.get_bucket_notification_configuration(**where)
    document = json.loads(s3.get_bucket_policy(**where)["Policy"])
    tags = from_pairs(s3.get_bucket_tagging(**where)["TagSet"])
    rules = s3.get_bucket_lifecycle_configuration(**where)["Rules"]
    return (
        {key: value for key, value in notification.items() if key not in ("ResponseMetadata", NOTIFICATION)},
        {**document, "Statement": [each for each in document["Statement"] if each["Sid"] != SID]},
        {key: value for key, value in tags.items() if key not in subject.desired["tags"]},
        [each for each in rules if each["ID"] != LIFECYCLE_ID],
    )


FORMS = pytest.mark.parametrize("form", [{"Filter": {"Prefix": "theirs/"}}, {"Prefix": "theirs/"}], ids=["v2", "v1"])


@FORMS
def test_an_update_keeps_what_others_put_there(form: dict[str, Any], scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "theirs-old" if "Prefix" in form else "theirs-new")
    make_bucket(subject)
    _put_foreign(subject, _lifecycle(form))
    before = _foreign(subject)

    step = subject.step()
    assert step.action is Action.UPDATE
    assert {"tls_only", "unfinished_uploads", "events", "tags"} <= {change.top for change in step.changes}
    subject.up()

    assert subject.step().action is Action.NONE
    assert _foreign(subject) == before
    assert json.loads(json.dumps(FOREIGN_POLICY["Statement"]).replace("BUCKET", subject.name)) == before[1]["Statement"]


def test_a_create_whose_first_answer_was_lost_keeps_what_others_put_there(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "lost")
    planned = subject.plan()
    make_bucket(subject)
    _put_foreign(subject, _lifecycle({"Filter": {"Prefix": ""}}))
    before = _foreign(subject)

    assert [step.action for step in planned.writes] == [Action.CREATE]
    subject.carry_out(planned)

    assert subject.step().action is Action.NONE
    assert _foreign(subject) == before


def test_older_lifecycle_rules_get_one_of_their_own_form(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "older")
    make_bucket(subject)
    _put_foreign(subject, _lifecycle({"Prefix": ""}))
    sent: list[Any] = []
    event = "provide-client-params.s3.PutBucketLifecycleConfiguration"
    subject.aws.s3.meta.events.register(event, lambda params, **_: sent.append(params))
    subject.up()
    assert ["Filter" in rule for rule in sent[0]["LifecycleConfiguration"]["Rules"]] == [False, False, False]


@pytest.mark.parametrize("code", ["AccessDenied", ""])
@pytest.mark.parametrize(
    "operation",
    ["GetBucketNotificationConfiguration", "GetBucketPolicy", "GetBucketLifecycleConfiguration", "GetBucketTagging"],
)
def test_a_read_that_fails_is_not_taken_for_nothing_to_keep(
    operation: str, code: str, scene: Callable[[str, str], Scene]
) -> None:
    subject = scene("bucket", "denied")
    if subject.read() is None:
        make_bucket(subject)
    _put_foreign(subject, _lifecycle({"Filter": {"Prefix": ""}}))
    before = _foreign(subject)
    with answering(subject.aws.s3, operation, code, http=403), pytest.raises(ClientError):
        subject.subject.update(subject.aws, subject.desired, frozenset(subject.desired))
    assert _foreign(subject) == before


def test_another_accounts_bucket_is_refused(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "stranger")
    with (
        answering(subject.aws.s3, "HeadBucket", "403", http=403),
        pytest.raises(Refused, match="belongs to another account"),
    ):
        subject.read()
    with (
        answering(subject.aws.s3, "CreateBucket", "BucketAlreadyExists", http=409),
        pytest.raises(Refused, match="belongs to another account"),
    ):
        subject.subject.create(subject.aws, subject.desired)


def test_every_call_names_the_owner_that_it_expects(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "expected")
    seen: dict[str, str] = {}

    def look(params: dict[str, str], event_name: str, **_: Any) -> None:
        seen[event_name.rpartition(".")[2]] = params.get("ExpectedBucketOwner", "nobody")

    subject.aws.s3.meta.events.register("provide-client-params.s3", look)
    try:
        subject.up()
        subject.aws.s3.put_object(Bucket=subject.name, Key="a", ExpectedBucketOwner="123456789012")
        subject.delete(data=True)
    finally:
        subject.aws.s3.meta.events.unregister("provide-client-params.s3", look)
    assert {name for name, owner in seen.items() if owner != "123456789012"} == {"CreateBucket"}


def test_a_bucket_in_another_region_is_refused(scene: Callable[[str, str], Scene], clients: Callable[..., Any]) -> None:
    subject = scene("bucket", "elsewhere")
    clients("s3", region="eu-west-3").create_bucket(
        Bucket=subject.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    with pytest.raises(Refused, match="is in eu-west-3"):
        subject.read()


def test_versions_delete_markers_and_unfinished_uploads_go_with_the_data(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "versions")
    subject.up()
    s3, where = subject.aws.s3, {"Bucket": subject.name}
    s3.put_bucket_versioning(**where, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "a", "b c+%ü", "-x", "bell\x07", "no character \ufffe", "cr\r"):  # XML cannot hold all of these
        s3.put_object(**where, Key=key, Body=b"1")
    s3.delete_object(**where, Key="a")
    for key in ("unfinished", "a+b %2F ü"):
        s3.create_multipart_upload(**where, Key=key)
    assert type(subject.subject).holds(subject.aws.fresh(), subject.name) == "objects and unfinished uploads"
    subject.delete(data=True)
    assert subject.read() is None


def test_an_unfinished_upload_is_ended_whatever_its_key_is(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "uploads")
    subject.up()
    s3, sent = subject.aws.s3, list[dict[str, Any]]()
    # The embedded AWS cannot begin one with a key that XML cannot hold.
    page: dict[str, Any] = {"EncodingType": "url", "Uploads": [{"Key": "a%01+b%2B", "UploadId": "1"}]}

    def note(params: dict[str, Any], **_: Any) -> None:
        sent.append(params)

    s3.meta.events.register("provide-client-params.s3", note)
    try:
        with answering(s3, "ListMultipartUploads", "", http=200, **page):
            objects.delete_all(subject.aws, subject.name)
    finally:
        s3.meta.events.unregister("provide-client-params.s3", note)
    assert all(each["EncodingType"] == "url" for each in sent if "MaxUploads" in each)
    assert [each["Key"] for each in sent if "UploadId" in each] == ["a\x01 b+"]


def test_emptying_stops_between_two_batches_and_goes_on_the_next_time(
    scene: Callable[[str, str], Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = scene("bucket", "stopped")
    subject.up()
    monkeypatch.setattr(objects, "BATCH", 2)
    for number in range(5):
        subject.aws.s3.put_object(Bucket=subject.name, Key=f"{number}", Body=b"1")
    told: list[str] = []
    aws = subject.aws.fresh()
    aws.stop = threading.Event()

    def tell(what: str, _left: float) -> None:
        told.append(what)
        aws.stop.set()

    aws.tell = tell
    with pytest.raises(Interrupted):
        objects.delete_all(aws, subject.name)
    assert told == [f"deleted from {subject.name} so far: 2"]
    assert subject.aws.s3.list_objects_v2(Bucket=subject.name)["KeyCount"] == 3
    subject.delete(data=True)
    assert subject.read() is None


def test_a_bucket_that_got_objects_meanwhile_is_not_deleted(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "meanwhile")
    subject.up()
    subject.aws.s3.put_object(Bucket=subject.name, Key="a", Body=b"1")
    with pytest.raises(CallFailed, match="objects came in meanwhile"):
        subject.delete()
    assert subject.step().action is Action.NONE


def test_the_statement_is_read_in_whatever_form_the_service_keeps_it() -> None:
    one = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": "a",
        "Condition": {"Bool": {"b": [False]}},
    }
    other = {**one, "Action": "s3:*", "Resource": ["a"], "Condition": {"Bool": {"b": "false"}}}
    assert policy.statement(one) == policy.statement(other)


def test_a_bucket_with_a_key_is_encrypted_with_it_and_drift_is_mended(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "sealed")
    key = subject.aws.client("kms").create_key()["KeyMetadata"]
    named = Key(name=key["KeyId"], said_in=("bucket.kms_key",))
    sealed = Scene(subject.aws, replace(subject.subject, encrypted_by=named))  # type: ignore[call-arg]
    sealed.up()
    wanted = {"algorithm": "aws:kms", "key": key["Arn"], "bucket_key": True}
    assert sealed.seen().props["encryption"] == wanted

    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}}
    sealed.aws.s3.put_bucket_encryption(Bucket=sealed.name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert [change.setting for change in sealed.step().changes] == ["encryption.bucket_key"]
    sealed.up()
    assert sealed.step().action is Action.NONE

    assert [change.setting for change in subject.step().changes] == ["encryption"]
    subject.up()
    assert subject.seen().props["encryption"] == "AES256"


def test_versions_are_only_ever_kept_or_suspended(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "kept")
    plain = Scene(subject.aws, replace(subject.subject, versioning=False))  # type: ignore[call-arg]
    plain.up()
    assert "Status" not in subject.aws.s3.get_bucket_versioning(Bucket=subject.name)  # it was never touched
    subject.up()
    assert subject.aws.s3.get_bucket_versioning(Bucket=subject.name)["Status"] == "Enabled"
    assert [change.setting for change in plain.step().changes] == ["versioning"]
    plain.up()
    assert subject.aws.s3.get_bucket_versioning(Bucket=subject.name)["Status"] == "Suspended"
    assert plain.step().action is Action.NONE
