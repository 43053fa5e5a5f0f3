"""The keys that a task has: its role's own, good for as long as it lives, and nobody else's to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .chain import Pipeline, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.local.control import Server

# What a program has is written where no log of the embedded AWS is, and it waits until it may end.
PROGRAM = """
import json, os, sys, time
from pathlib import Path
names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
Path("new").write_text(json.dumps({name: os.environ[name] for name in names if name in os.environ}))
Path("new").rename("keys")
while Path("hold").exists():
    time.sleep(0.02)
"""


class Held:
    """A task that runs until it is let go, and what its program was given."""

    def __init__(self, pipeline: Pipeline, server: Server) -> None:
        self._pipeline, self._server = pipeline, server
        self._hold, found = pipeline.folder / "hold", pipeline.folder / "keys"
        found.unlink(missing_ok=True)
        self._hold.touch()
        self.arn = str(pipeline.run_task()["taskArn"])
        wait_for(found.exists)
        self.keys: dict[str, str] = json.loads(found.read_text())

    def client(self, service: str, *, token: bool = True, **config: Any) -> Any:
        """A client as the program would have it."""
        return boto3.client(
            service,
            region_name="eu-central-1",
            endpoint_url=self._server.endpoint,
            aws_access_key_id=self.keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=self.keys["AWS_SESSION_TOKEN"] if token else None,
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def end(self) -> None:
        self._hold.unlink()
        self._pipeline.stopped(self.arn)


def forbidden(call: Any) -> bool:
    """Whether the server refuses the caller."""
    try:
        call()
    except ClientError as error:
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] == 403)
    except HTTPError as error:
        return error.code == 403
    return False


def test_they_are_of_the_task_s_role_and_end_with_the_task(pipeline: Pipeline, embedded: Server) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    made = pipeline.clients("iam").create_role(
        RoleName=pipeline.name, Path="/of/stacks/", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]
    pipeline.role = made["Arn"]
    pipeline.program(PROGRAM)
    held = Held(pipeline, embedded)
    told = held.client("sts").get_caller_identity()
    task = held.arn.rpartition("/")[2]
    assert told["Arn"] == f"arn:aws:sts::123456789012:assumed-role/{pipeline.name}/{task}"
    assert (told["UserId"], told["Account"]) == (f"{made['RoleId']}:{task}", "123456789012")
    assert forbidden(held.client("sts", token=False).get_caller_identity)
    held.end()
    assert forbidden(held.client("sts").get_caller_identity)


def test_urls_that_a_task_presigns_are_good_while_it_lives(pipeline: Pipeline, embedded: Server) -> None:
    bucket = pipeline.bucket(events=False)
    pipeline.program(PROGRAM)
    held = Held(pipeline, embedded)
    urls = []
    for kind in ("s3v4", "s3"):
        s3 = held.client("s3", signature_version=kind)
        s3.put_object(Bucket=bucket, Key=kind, Body=b"of a task")
        urls.append(s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": kind}))
    for url in urls:
        with urlopen(url, timeout=10) as answer:  # noqa: S310
            assert answer.read() == b"of a task"
        bare = "&".join(each for each in url.split("&") if not each.lower().startswith("x-amz-security-token="))
        assert forbidden(lambda bare=bare: urlopen(bare, timeout=10))  # noqa: S310
    held.end()
    assert all(forbidden(lambda url=url: urlopen(url, timeout=10)) for url in urls)  # noqa: S310


def test_the_key_of_one_task_and_the_token_of_another_open_nothing(pipeline: Pipeline, embedded: Server) -> None:
    pipeline.program(PROGRAM)
    one = Held(pipeline, embedded)
    before = one.keys
    one.end()
    other = Held(pipeline, embedded)
    assert not set(before.values()) & set(other.keys.values())
    other.keys = {**other.keys, "AWS_SESSION_TOKEN": before["AWS_SESSION_TOKEN"]}
    assert forbidden(other.client("sts").get_caller_identity)
    other.end()


def test_a_task_without_a_role_has_none(pipeline: Pipeline, embedded: Server) -> None:
    pipeline.role = ""
    pipeline.program(PROGRAM)
    held = Held(pipeline, embedded)
    assert held.keys == {}
    held.end()


def test_no_file_log_or_answer_has_them(pipeline: Pipeline, embedded: Server) -> None:
    pipeline.program(PROGRAM)
    held = Held(pipeline, embedded)
    held.client("s3").list_buckets()
    assert forbidden(held.client("s3", token=False).list_buckets)
    values = [value.encode() for value in held.keys.values()]
    told = repr(pipeline.task(held.arn)).encode()
    files = [file for file in pipeline.home.folder.rglob("*") if file.is_file()]
    assert [name for name in (told, *map(bytes_of, files)) if any(value in name for value in values)] == []
    held.end()


def bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # it was one of a change that is over
        return b""
