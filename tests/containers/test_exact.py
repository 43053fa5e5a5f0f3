"""A key reaches the program as it is, byte for byte, as process and as container."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.engines import BUSYBOX
from tests.local.chain import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.terminal import Terminal
    from tests.engines.podman import Podman

    from .chain import Chain

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


@pytest.fixture(scope="module")
def image(podman: Podman) -> str:
    """One whose entrypoint prints each argument's bytes."""
    tag = "localhost/s3ecs-tests/record:1"
    podman.build(tag, f'FROM {BUSYBOX}\nENTRYPOINT ["sh", "-c", {json.dumps(RECORD)}, "record"]\n')
    return tag


@pytest.mark.parametrize("runner", ["container", "process"])
def test_argv_is_the_key_and_nothing_else(
    typing: Terminal, image: str, clients: Callable[..., Any], runner: str
) -> None:
    name = f"exact-{runner}"
    job = {"image": image, "command": ["{key}"], "local": [sys.executable, "-c", PROGRAM]}
    typing.spec(name=name, bucket=f"{name}-bucket", jobs={"record": job})
    up = typing("up", "--yes", "--runner", runner)
    assert up.code == 0, up.err
    for key in KEYS:
        clients("s3", region="us-east-1").put_object(Bucket=f"{name}-bucket", Key=key, Body=b"x")
    ended = wait_for(lambda: _ended(clients("stepfunctions", region="us-east-1"), f"{name}-record"), 120)
    assert [each for each in ended if each["status"] != "SUCCEEDED"] == []
    printed = wait_for(lambda: _all(clients("logs", region="us-east-1"), f"/s3ecs/{name}/record"))
    assert sorted(printed) == sorted(key.encode().hex() for key in KEYS)


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_docker_too_hands_on_each_of_them(chain: Chain) -> None:
    task, lines = chain.ran(RECORD, command=list(KEYS))
    assert task["containers"][0]["exitCode"] == 0
    assert lines == [key.encode().hex() for key in KEYS]


def _ended(states: Any, name: str) -> list[dict[str, Any]] | None:
    """Every run once there are as many as keys, and none goes on."""
    machine = next(each for each in states.list_state_machines()["stateMachines"] if each["name"] == name)
    found = states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    if len(found) < len(KEYS) or any(each["status"] == "RUNNING" for each in found):
        return None
    return [states.describe_execution(executionArn=each["executionArn"]) for each in found]


def _all(logs: Any, group: str) -> list[str] | None:
    """Every line once there are as many as keys."""
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    found = [event["message"] for page in pages for event in page["events"]]
    return found if len(found) >= len(KEYS) else None
