"""What the embedded AWS kept when it was killed is there when it is started again."""

from __future__ import annotations

import itertools
import json
import os
import signal
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3ecs.local import control
from s3ecs.local.home import Home
from tests.conftest import clients_of

from .chain import Pipeline, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Clients = Callable[..., Any]

REGION = "eu-central-1"
HARD_KEYS = ("plain", "a/../b", "ü 日本+&%2F", "x" * 1000, ".half-name", "/", "a//b")
PARTS = (b"a" * 5 * 2**20, b"b")


def clients(home: Home) -> Clients:
    """Clients of the folder's embedded AWS, which is started where there is none."""
    return clients_of(control.start(home))


def kill(home: Home) -> None:
    server = control.find(home)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: control.find(home) is None)


def fill(s3: Any) -> dict[str, Any]:
    """Change objects by every call that does; returns what is told of them."""
    s3.create_bucket(Bucket="filled", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket="filled", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    for key in HARD_KEYS:
        s3.put_object(Bucket="filled", Key=key, Body=key.encode())
    s3.put_object(
        Bucket="filled", Key="dressed", Body=b"{}", ContentType="text/x", Metadata={"a": "b"}, Tagging="t=1&u=2"
    )
    s3.put_object_tagging(Bucket="filled", Key="plain", Tagging={"TagSet": [{"Key": "later", "Value": "yes"}]})
    s3.copy_object(Bucket="filled", Key="copied", CopySource={"Bucket": "filled", "Key": "dressed"})
    upload = s3.create_multipart_upload(Bucket="filled", Key="large")["UploadId"]
    parts = [
        {"PartNumber": number, "ETag": s3.upload_part(
            Bucket="filled", Key="large", UploadId=upload, PartNumber=number, Body=body)["ETag"]}
        for number, body in enumerate(PARTS, 1)
    ]  # fmt: skip
    s3.complete_multipart_upload(Bucket="filled", Key="large", UploadId=upload, MultipartUpload={"Parts": parts})
    for key in ("gone", "gone too", "replaced"):
        s3.put_object(Bucket="filled", Key=key, Body=b"old")
    s3.put_object(Bucket="filled", Key="replaced", Body=b"new")
    s3.delete_object(Bucket="filled", Key="gone")
    s3.delete_objects(Bucket="filled", Delete={"Objects": [{"Key": "gone too"}]})
    s3.create_bucket(Bucket="deleted", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.delete_bucket(Bucket="deleted")
    s3.create_bucket(Bucket="versioned", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2", b"3"):
        last = s3.put_object(Bucket="versioned", Key="k", Body=body)["VersionId"]
    s3.delete_object(Bucket="versioned", Key="k")
    s3.delete_object(Bucket="versioned", Key="k", VersionId=last)
    return told(s3)


def told(s3: Any) -> dict[str, Any]:
    """Everything that S3 tells of those buckets."""
    found: dict[str, Any] = {"buckets": [one["Name"] for one in s3.list_buckets()["Buckets"]]}
    found["tags"] = s3.get_bucket_tagging(Bucket="filled")["TagSet"]
    for one in s3.list_objects_v2(Bucket="filled")["Contents"]:
        answer = s3.get_object(Bucket="filled", Key=one["Key"])
        tags = s3.get_object_tagging(Bucket="filled", Key=one["Key"])["TagSet"]
        shown = {
            name: answer.get(name) for name in ("ETag", "ContentType", "ContentLength", "Metadata", "LastModified")
        }
        found[one["Key"]] = (answer["Body"].read(), sorted(tags, key=str), shown)
    versions = s3.list_object_versions(Bucket="versioned")
    for kind in ("Versions", "DeleteMarkers"):
        names = ("Key", "VersionId", "IsLatest", "ETag", "LastModified")
        found[kind] = [{name: one.get(name) for name in names} for one in versions[kind]]
    for one in versions["Versions"]:
        body = s3.get_object(Bucket="versioned", Key=one["Key"], VersionId=one["VersionId"])["Body"]
        found[one["VersionId"]] = body.read()
    found["versioning"] = s3.get_bucket_versioning(Bucket="versioned")["Status"]
    return found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Home]:
    """A folder whose server ends with the test."""
    home = Home(tmp_path / "own")
    yield home
    control.stop(home.make())


def test_every_object_is_as_it_was_also_after_two_kills(own: Home) -> None:
    before = fill(clients(own)("s3"))
    assert before["large"][2]["ETag"].endswith('-2"')
    assert "gone" not in before
    kill(own)
    assert told(clients(own)("s3")) == before
    s3 = clients(own)("s3")
    s3.put_object_tagging(Bucket="filled", Key="plain", Tagging={"TagSet": [{"Key": "x", "Value": "y"}]})
    s3.copy_object(Bucket="filled", Key="again", CopySource={"Bucket": "filled", "Key": "large"})
    s3.delete_object(Bucket="filled", Key="dressed")
    changed = told(s3)
    kill(own)
    assert told(clients(own)("s3")) == changed


def test_what_comes_back_starts_no_run(own: Home, tmp_path: Path) -> None:
    pipeline = Pipeline(clients(own), own, tmp_path)
    bucket = pipeline.bucket()
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"")
    kill(own)
    again = Pipeline(clients(own), own, tmp_path, pipeline.name)
    queue = again.watched(bucket)
    again.s3.put_object(Bucket=bucket, Key="new", Body=b"")
    assert [json.loads(one["Body"])["detail"]["object"]["key"] for one in again.messages(queue)] == ["new"]


def test_what_a_kill_left_half_written_is_removed(own: Home) -> None:
    s3 = clients(own)("s3")
    s3.create_bucket(Bucket="half", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="half", Key="k", Body=b"k")
    kill(own)
    folder = own.kept / "buckets" / "half"
    whole = {path.name for path in folder.rglob("*")}
    for left in ("bodies/no-record-names-it", "bodies/.half-1", "keys/.half-2"):
        (folder / left).write_bytes(b"half")
    assert clients(own)("s3").get_object(Bucket="half", Key="k")["Body"].read() == b"k"
    assert {path.name for path in folder.rglob("*")} == whole


def limited(home: Home, monkeypatch: pytest.MonkeyPatch, size: int) -> Clients:
    """Clients of a server whose files cannot grow beyond ``size`` bytes, as on a full disk."""
    site = home.folder.parent / "site"
    site.mkdir(exist_ok=True)
    source = (
        "import resource, sys\n"
        "if 's3ecs.local.server' in sys.orig_argv:\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))\n"
    )
    (site / "sitecustomize.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(site))
    return clients(home)


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["Error"]["Code"] == "InternalError"
    return str(error.value.response["Error"]["Message"])


def test_a_full_disk_fails_the_request_and_leaves_what_was(own: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = limited(own, monkeypatch, 20_000)("s3")
    s3.create_bucket(Bucket="tight", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="tight", Key="k", Body=b"small")
    large = b"x" * 30_000
    assert refused(lambda: s3.put_object(Bucket="tight", Key="k", Body=large)) == (
        "it cannot be kept: File too large; nothing was changed"
    )
    refused(lambda: s3.put_object(Bucket="tight", Key="new", Body=large))
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="tight")["Contents"]] == ["k"]
    assert s3.get_object(Bucket="tight", Key="k")["Body"].read() == b"small"
    lines = own.log.read_text().splitlines()
    assert len(lines) == 2
    assert all("File too large; nothing was changed, make room on the disk" in line for line in lines)
    assert not list(own.kept.rglob(".half-*"))
    s3.put_object(Bucket="tight", Key="k", Body=b"smaller")
    kill(own)
    monkeypatch.delenv("PYTHONPATH")
    s3 = clients(own)("s3")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="tight")["Contents"]] == ["k"]
    assert s3.get_object(Bucket="tight", Key="k")["Body"].read() == b"smaller"


def test_a_run_that_cannot_be_noted_is_not_started(own: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pipeline = Pipeline(limited(own, monkeypatch, 8_000), own, tmp_path)
    marker = tmp_path / "started"
    pipeline.program(f"open({str(marker)!r}, 'a').write('x')")
    arn = pipeline.machine()
    value = {"detail": {"object": {"key": "k" * 9_000}}}
    message = refused(lambda: pipeline.execute(arn, value))
    assert message == "the execution cannot be kept: File too large"
    assert pipeline.executions(arn) == []
    assert pipeline.ended(pipeline.execute(arn))["status"] == "SUCCEEDED"
    assert marker.read_text() == "x"


def test_a_bucket_that_cannot_be_kept_is_none(own: Home) -> None:
    s3 = clients(own)("s3")
    (own.kept / "buckets").mkdir(exist_ok=True)
    (own.kept / "buckets" / "blocked").write_bytes(b"in the way")
    refused(lambda: s3.create_bucket(Bucket="blocked", CreateBucketConfiguration={"LocationConstraint": REGION}))
    assert s3.list_buckets()["Buckets"] == []


def test_deleting_works_on_a_full_disk(own: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pipeline = Pipeline(limited(own, monkeypatch, 3_000), own, tmp_path)
    bucket = pipeline.bucket()
    keys = itertools.count()
    with pytest.raises(ClientError, match="File too large"):
        deque(pipeline.s3.put_object(Bucket=bucket, Key=f"k{key}", Body=b"") for key in keys)
    for key in range(next(keys)):
        pipeline.s3.delete_object(Bucket=bucket, Key=f"k{key}")
    kill(own)
    assert "Contents" not in clients(own)("s3").list_objects_v2(Bucket=bucket)
