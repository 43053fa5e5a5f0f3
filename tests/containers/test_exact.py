"""A key reaches the program as it is, byte for byte, as process and as container."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from botocore.config import Config

from tests.local.chain import wait_for
from tests.podman import BUSYBOX, Podman

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.terminal import Terminal

pytestmark = pytest.mark.containers

KEYS: Final = (
    "two words and  more ",
    "-n",
    "--help=x",
    "it's",
    'say "so"',
    "back\\slash\\n",
    "$(touch x)",
    "`touch x`",
    "a;b",
    "*",
    "{key}",
    "{}",
    "{{",
    "%s",
    "%2F",
    "a+b",
    "two\nlines\n",
    "a\tb",
    "日本語.csv",
    "e\u0301e\u0301.csv",
    "\U0001f600.csv",
    "States.Format('{}')",
    "é" * 511 + "ab",
)
RECORD: Final = 'for word; do printf %s "$word" | od -An -v -tx1 | tr -d " \\n"; echo; done'
PROGRAM: Final = "import os, sys\nfor word in sys.argv[1:]: print(os.fsencode(word).hex())"


def test_the_last_key_has_all_the_bytes_that_a_key_may_have() -> None:
    assert len(KEYS[-1].encode()) == 1024


@pytest.mark.parametrize("runner", ["container", "process"])
def test_argv_is_the_key_and_nothing_else(typing: Terminal, podman: Podman, runner: str) -> None:
    image = "localhost/s3ecs-tests/record:1"
    podman.build(image, f'FROM {BUSYBOX}\nENTRYPOINT ["sh", "-c", {json.dumps(RECORD)}, "record"]\n')
    name = f"exact-{runner}"
    job = {"image": image, "command": ["{key}"], "local": [sys.executable, "-c", PROGRAM]}
    typing.spec(name=name, bucket=f"{name}-bucket", jobs={"record": job})
    up = typing("up", "--yes", "--runner", runner)
    assert up.code == 0, up.err
    client = _clients(typing)
    for key in KEYS:
        client("s3").put_object(Bucket=f"{name}-bucket", Key=key, Body=b"x")
    printed = wait_for(lambda: _all(client("logs"), f"/s3ecs/{name}/record"), 120)
    assert sorted(printed) == sorted(key.encode().hex() for key in KEYS)


def _all(logs: Any, group: str) -> list[str] | None:
    """Every line once there are as many as keys."""
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    found = [event["message"] for page in pages for event in page["events"]]
    return found if len(found) >= len(KEYS) else None


def _clients(typing: Terminal) -> Callable[[str], Any]:
    lines = typing("local", "env").out.splitlines()
    env = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    return lambda service: boto3.client(
        service,
        region_name=env["AWS_REGION"],
        endpoint_url=env["AWS_ENDPOINT_URL"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
        config=Config(inject_host_prefix=False),
    )
