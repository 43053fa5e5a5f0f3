"""Object events as S3 sends them, and rules that get them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from .chain import ROLE, wait_for

if TYPE_CHECKING:
    from .chain import Pipeline

KEYS = [
    "a b+c%20d.txt",
    "日本/é.csv",
    "-leading",
    "q\"uo'te{}\\.csv",
    "a&b=c?d#e",
    "%2Fx",
    "tab\there",
    "new\nline",
    "a//b",
    "/lead",
    "dots/../x/./y",
    "end/",
]


def events(pipeline: Pipeline, queue: str) -> list[dict[str, Any]]:
    return [json.loads(message["Body"]) for message in pipeline.messages(queue)]


def test_an_event_has_the_fields_of_the_real_one(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    queue = pipeline.watched(bucket)
    pipeline.s3.put_object(Bucket=bucket, Key="in/x.csv", Body=b"four", Tagging="a=b", Metadata={"m": "n"})
    pipeline.s3.put_object(Bucket=bucket, Key="in/x.csv", Body=b"again")
    first, second = events(pipeline, queue)
    assert first["id"] != second["id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first.pop("time"))
    detail = first.pop("detail")
    assert re.fullmatch(r"[0-9a-f-]{36}", first.pop("id"))
    assert first == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "region": "eu-central-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
    }
    sequencer = detail["object"].pop("sequencer")
    assert re.fullmatch(r"[0-9A-F]{16}", sequencer)
    assert sequencer < second["detail"]["object"]["sequencer"]
    assert re.fullmatch(r"[0-9A-F]{16}", detail.pop("request-id"))
    assert detail == {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": "in/x.csv", "size": 4, "etag": "8cbad96aced40b3838dd9f07f6ef5772"},
        "requester": "123456789012",
        "source-ip-address": "127.0.0.1",
        "reason": "PutObject",
    }


def test_sequencers_of_a_key_rise_however_fast_it_is_written(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    queue = pipeline.watched(bucket)
    for number in range(20):
        pipeline.s3.put_object(Bucket=bucket, Key="k", Body=str(number).encode())
    found = [event["detail"]["object"]["sequencer"] for event in events(pipeline, queue)]
    assert found == sorted(set(found))
    assert len(found) == 20


def test_events_can_be_delivered_twice_and_once_again(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    queue = pipeline.watched(bucket)
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    pipeline.start_on(bucket, arn)
    local("deliver", "--twice")
    assert local("status").splitlines()[-1].startswith("it delivers every object event twice")
    assert json.loads(local("status", "--json"))["deliveries"] == 2
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    one, other = events(pipeline, queue)
    assert one == other
    assert len({run["name"] for run in pipeline.executions(arn)}) == 2
    local("deliver", "--once")
    assert "twice" not in local("status")
    assert json.loads(local("status", "--json"))["deliveries"] == 1
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert len(events(pipeline, queue)) == 1


def test_deliver_wants_to_know_how_often(pipeline: Pipeline) -> None:
    assert pipeline.home.folder.exists()
    done = subprocess.run(
        [sys.executable, "-m", "s3ecs", "local", "deliver"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (
        2,
        "error: how often is an event to be delivered?\nhint: pass --twice or --once\n",
    )


def local(*words: str) -> str:
    """What ``s3ecs local`` prints, typed where the server of these tests runs."""
    words = (sys.executable, "-m", "s3ecs", "local", *words)
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


def test_every_way_of_creating_an_object_is_one_event_with_its_reason(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    queue = pipeline.watched(bucket)
    s3 = pipeline.s3
    s3.put_object(Bucket=bucket, Key="put", Body=b"1")
    s3.copy_object(Bucket=bucket, Key="copied", CopySource={"Bucket": bucket, "Key": "put"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"1")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload=parts)
    s3.put_object_tagging(Bucket=bucket, Key="put", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object(Bucket=bucket, Key="put")
    told = [
        (event["detail-type"], event["detail"]["object"]["key"], event["detail"].get("reason"))
        for event in events(pipeline, queue)
    ]
    assert told == [
        ("Object Created", "put", "PutObject"),
        ("Object Created", "copied", "CopyObject"),
        ("Object Created", "parts", "CompleteMultipartUpload"),
        ("Object Tags Added", "put", None),
        ("Object Deleted", "put", "DeleteObject"),
    ]


def test_a_versioned_bucket_tells_the_version(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    pipeline.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    queue = pipeline.watched(bucket)
    version = pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    [event] = events(pipeline, queue)
    assert event["detail"]["object"]["version-id"] == version


def test_a_bucket_without_eventbridge_tells_nothing(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket(events=False)
    queue = pipeline.watched(bucket)
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert events(pipeline, queue) == []


@pytest.mark.parametrize("key", KEYS)
def test_a_key_arrives_raw_in_the_event_and_as_the_argument(pipeline: Pipeline, key: str) -> None:
    pipeline.program()
    arn = pipeline.machine()
    bucket = pipeline.bucket()
    pipeline.start_on(bucket, arn)
    pipeline.s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    [execution] = pipeline.executions(arn)
    ended = pipeline.ended(execution["executionArn"])
    assert json.loads(ended["input"])["detail"]["object"]["key"] == key
    assert pipeline.lines(json.loads(ended["output"])["TaskArn"])[0] == ascii(key)


def test_a_disabled_rule_is_silent(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    bucket = pipeline.bucket()
    pattern = {"detail": {"bucket": {"name": [bucket]}}}
    pipeline.rule(pattern, {"Arn": arn, "RoleArn": ROLE}, State="DISABLED")
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    entry = {"Source": "x", "DetailType": "y", "Detail": json.dumps({"bucket": {"name": bucket}})}
    assert not pipeline.events.put_events(Entries=[entry])["FailedEntryCount"]
    assert pipeline.executions(arn) == []


def test_only_the_default_bus_gets_object_events(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    bucket = pipeline.bucket()
    pipeline.events.create_event_bus(Name=pipeline.name)
    pipeline.events.put_rule(Name="r", EventBusName=pipeline.name, EventPattern='{"source": ["aws.s3"]}')
    pipeline.events.put_targets(
        Rule="r", EventBusName=pipeline.name, Targets=[{"Id": "1", "Arn": arn, "RoleArn": ROLE}]
    )
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    assert pipeline.executions(arn) == []


def test_put_events_goes_the_same_way(pipeline: Pipeline) -> None:
    arn = pipeline.machine({"Done": {"Type": "Succeed"}})
    pipeline.rule({"source": [pipeline.name]}, {"Arn": arn, "RoleArn": ROLE})
    entry = {"Source": pipeline.name, "DetailType": "y", "Detail": '{"a": 1}'}
    answer = pipeline.events.put_events(Entries=[entry])
    [execution] = pipeline.executions(arn)
    event_id = answer["Entries"][0]["EventId"]
    assert re.fullmatch(re.escape(event_id) + r"_[0-9a-f-]{36}", execution["name"])
    sent = json.loads(pipeline.ended(execution["executionArn"])["input"])
    assert sent["id"] == event_id
    assert sent["detail"] == {"a": 1}
    assert sent["time"].endswith("Z")
    assert set(sent) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}


def test_two_hundred_uploads_by_eight_threads_are_two_hundred_successful_runs(pipeline: Pipeline) -> None:
    pipeline.program("pass")
    arn = pipeline.machine()
    bucket = pipeline.bucket()
    pipeline.start_on(bucket, arn, "in/")

    def upload(thread: int) -> None:
        for number in range(25):
            pipeline.s3.put_object(Bucket=bucket, Key=f"in/{thread}-{number}", Body=b"1")

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: all(one["status"] != "RUNNING" for one in pipeline.executions(arn)), 120)
    assert [one["status"] for one in pipeline.executions(arn)] == ["SUCCEEDED"] * 200
