"""The embedded AWS is killed at every moment that matters; nothing is lost and nothing runs twice."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.local.chain import wait_for

from .kills import Kills, Moment
from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION = "us-east-1"
PROGRAM = """
import os, sys, time
with open("starts", "a") as file:
    print(sys.argv[1], file=file)
while os.path.exists("hold"):
    time.sleep(0.02)
"""
BEGUN = '"do":"begun"'
TASKS = 2  # run at once


class Laptop:
    """One embedded AWS with one stack, through all of its lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kills = Kills(folder)
        there = {"S3ECS_LOCAL_DIR": str(folder / "home"), "S3ECS_LOCAL_TASKS": str(TASKS)}
        self.terminal = Terminal(folder, {**there, **self.kills.env})
        self.terminal.stack(
            "kept", jobs={"convert": {"prefix": "in/", "local": [sys.executable, "-c", PROGRAM]}}, region=REGION
        )
        self.hold = folder / "hold"

    @property
    def server(self) -> dict[str, Any]:
        noted: dict[str, Any] = json.loads((self.folder / "home" / "server.json").read_text())
        return noted

    def client(self, service: str) -> Any:
        server = self.server
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=server["endpoint"],
            aws_access_key_id=server["access_key"],
            aws_secret_access_key=server["secret_key"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    def kill(self) -> None:
        os.kill(self.server["pid"], signal.SIGKILL)

    def upload(self, key: str) -> bool:
        """Upload an object; whether the upload was answered."""
        try:
            self.client("s3").put_object(Bucket="kept-bucket", Key=key, Body=key.encode())
        except (BotoCoreError, ClientError):
            return False
        return True

    def start(self) -> None:
        started = self.terminal("local", "start")
        assert started.code == 0, started.err

    def starts(self, key: str) -> int:
        """How often the program was started for the key."""
        file = self.folder / "starts"
        return file.read_text().splitlines().count(key) if file.exists() else 0

    def objects(self) -> dict[str, bytes]:
        s3 = self.client("s3")
        found = s3.list_objects_v2(Bucket="kept-bucket").get("Contents", [])
        return {one["Key"]: s3.get_object(Bucket="kept-bucket", Key=one["Key"])["Body"].read() for one in found}

    def runs(self, key: str) -> list[dict[str, Any]]:
        states = self.client("stepfunctions")
        arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:kept-convert"
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn)
        found = [
            states.describe_execution(executionArn=one["executionArn"]) for page in pages for one in page["executions"]
        ]
        return [one for one in found if json.loads(one["input"])["detail"]["object"]["key"] == key]

    def ended(self, key: str) -> list[str]:
        """How the runs of the key ended, once all have."""

        def look() -> list[dict[str, Any]] | None:
            runs = self.runs(key)
            return runs if all(run["status"] != "RUNNING" for run in runs) else None

        found = wait_for(lambda: (look(),) if look() is not None else None)[0] or []
        return [run.get("error", run["status"]) for run in found]


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    one = Laptop(tmp_path_factory.mktemp("laptop"))
    up = one.terminal("--local", "up", "--yes")
    assert up.code == 0, up.err
    yield one
    one.terminal("local", "stop")


Became = tuple[bool, list[str], int]  # whether the object is there, how its runs ended, how often it ran
ABSENT: Became = (False, [], 0)
DONE: Became = (True, ["SUCCEEDED"], 1)
BROKEN_OFF = "EmbeddedAWS.Ended"

MOMENTS: dict[str, tuple[Moment, Became]] = {
    "before-the-event-is-noted": (Moment("before", "write", '"do":"event"'), ABSENT),
    "after-the-event-is-noted": (Moment("after", "write", '"do":"event"'), ABSENT),
    "before-the-body-is-written": (Moment("before", "replace", "/bodies/"), ABSENT),
    "after-the-body-is-written": (Moment("after", "replace", "/bodies/"), ABSENT),
    "after-the-object-is-there": (Moment("after", "replace", "/keys/"), DONE),
    "before-the-run-is-noted": (Moment("before", "write", BEGUN), DONE),
    "after-the-run-is-noted": (Moment("after", "write", BEGUN), DONE),
    "after-the-program-is-noted": (Moment("after", "write", '"do":"ran"'), (True, [BROKEN_OFF], 0)),
    "after-the-program-before-its-end-is-noted": (Moment("before", "write", '"do":"ended"'), (True, [BROKEN_OFF], 1)),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_kill_loses_nothing_and_runs_nothing_twice(laptop: Laptop, name: str) -> None:
    moment, (there, ends, starts) = MOMENTS[name]
    key = f"in/{name}"
    laptop.kills.arm(moment)
    answered = laptop.upload(key)
    wait_for(lambda: not laptop.kills.is_armed)
    assert there or not answered
    laptop.start()
    assert laptop.ended(key) == ends
    assert laptop.starts(key) == starts
    assert laptop.objects().get(key) == (key.encode() if there else None)


def test_a_kill_while_the_program_runs_is_told_as_a_failure_with_its_reason(laptop: Laptop) -> None:
    laptop.hold.touch()
    assert laptop.upload("in/long")
    wait_for(lambda: laptop.starts("in/long"))
    laptop.kill()
    laptop.hold.unlink()
    laptop.start()
    [run] = laptop.runs("in/long")
    assert run["status"] == "FAILED"
    assert run["cause"] == "the embedded AWS ended while it ran; it was not started again"
    events = laptop.client("stepfunctions").get_execution_history(executionArn=run["executionArn"])["events"]
    assert [event["type"] for event in events] == ["ExecutionStarted", "ExecutionFailed"]
    assert laptop.starts("in/long") == 1


def test_runs_that_wait_for_their_turn_run_after_a_kill(laptop: Laptop) -> None:
    keys = [f"in/crowd/{number}" for number in range(12)]
    laptop.hold.touch()
    assert [laptop.upload(key) for key in keys] == [True] * len(keys)
    under_way = wait_for(
        lambda: started if len(started := [key for key in keys if laptop.starts(key)]) == TASKS else []
    )
    laptop.kill()
    laptop.hold.unlink()
    laptop.start()
    for key in keys:
        assert laptop.ended(key) == ([BROKEN_OFF] if key in under_way else ["SUCCEEDED"])
        assert laptop.starts(key) == 1


def test_an_event_waits_for_a_stack_that_does_not_come_back(laptop: Laptop) -> None:
    key = "in/waits-for-its-stack"
    laptop.kills.arm(Moment("before", "write", BEGUN))
    laptop.upload(key)
    wait_for(lambda: not laptop.kills.is_armed)
    [kept] = (laptop.folder / "home" / "kept" / "stacks").iterdir()
    whole = kept.read_text()
    kept.write_text(whole.replace("prefix", "prefixx"))
    laptop.start()
    assert laptop.objects()[key] == key.encode()
    kept.write_text(whole)
    laptop.kill()
    laptop.start()
    assert laptop.ended(key) == ["SUCCEEDED"]
    assert laptop.starts(key) == 1


@pytest.mark.parametrize(
    "moment",
    [
        Moment("before", "replace", "runs.jsonl"),
        Moment("after", "replace", "runs.jsonl"),
        Moment("after", "write", BEGUN),
    ],
    ids=["before-compaction", "after-compaction", "run-begun"],
)
def test_a_kill_while_it_comes_back_is_made_good_by_the_next_command(laptop: Laptop, moment: Moment) -> None:
    key = f"in/{moment.when}-{moment.call}-{moment.text.strip('{}').replace(':', '')}"
    laptop.kills.arm(Moment("before", "write", BEGUN))
    laptop.upload(key)
    wait_for(lambda: not laptop.kills.is_armed)
    laptop.kills.arm(moment)
    died = laptop.terminal("local", "start")
    assert died.code == 1
    assert died.errors == ["the embedded AWS ended while it was coming back"]
    laptop.start()
    assert laptop.ended(key) == ["SUCCEEDED"]
    assert laptop.starts(key) == 1


def test_a_kill_before_an_event_is_noted_as_told_begins_no_second_run(laptop: Laptop) -> None:
    key = "in/not-told"
    laptop.kills.arm(Moment("before", "write", '"do":"told"'))
    laptop.upload(key)
    wait_for(lambda: not laptop.kills.is_armed)
    laptop.start()
    assert laptop.ended(key) in (["SUCCEEDED"], [BROKEN_OFF])  # its program may have been about to start by then
    assert laptop.starts(key) <= 1
