"""Just enough of ``Aws`` for what happens after: a clock that moves when somebody waits, and scripted services."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from s3ecs.aws.environment import Environment
from s3ecs.errors import WaitTimedOut

if TYPE_CHECKING:
    import io
    from collections.abc import Callable

START = datetime(2026, 11, 23, tzinfo=UTC)


def refusal(code: str) -> ClientError:
    """What AWS answers with."""
    return ClientError({"Error": {"Code": code, "Message": "m"}}, "Call")


@dataclass
class Account:
    """An account whose bucket starts a run ``after`` so many uploads; ``runs`` are there already, the newest first."""

    after: int | None = 1
    machine: bool = True
    runs: list[dict[str, Any]] = field(default_factory=list)
    sent: list[tuple[float, str, bytes]] = field(default_factory=list)
    described: list[str] = field(default_factory=list)
    now: float = 0.0
    environment: Environment = field(default_factory=lambda: Environment("123456789012", "us-east-1"))

    def __post_init__(self) -> None:
        class NoSuchBucketError(Exception):
            """Never raised here."""

        exceptions = SimpleNamespace(NoSuchBucket=NoSuchBucketError)
        self.s3 = SimpleNamespace(upload_fileobj=self._put, head_object=self._head, exceptions=exceptions)
        self.stepfunctions = SimpleNamespace(list_executions=self._list, describe_execution=self._describe)

    def together(self, *calls: Callable[[], Any]) -> list[Any]:
        return [call() for call in calls]

    def wait_until(self, what: str, check: Callable[[], bool], *, seconds: float, every: float) -> None:
        begin = self.now
        while not check():
            if self.now - begin > seconds:
                raise WaitTimedOut(what)
            self.now += every

    def start(self, key: str, *, etag: str = "etag", bucket: str = "b", source: str = "aws.s3") -> None:
        event = {"source": source, "detail": {"bucket": {"name": bucket}, "object": {"key": key, "etag": etag}}}
        self.runs.insert(0, {"arn": f"arn:run:{len(self.runs)}", "input": json.dumps(event)})

    def _put(self, content: io.BufferedIOBase, **where: Any) -> None:
        assert (where["Bucket"], where["ExtraArgs"]) == ("b", {"ExpectedBucketOwner": "123456789012"})
        self.sent.append((self.now, where["Key"], content.read()))
        if self.after is not None and len(self.sent) >= self.after:
            self.start(where["Key"])

    def _head(self, **_: Any) -> dict[str, str]:
        return {"ETag": '"etag"'}

    def _list(self, **_: Any) -> dict[str, Any]:
        if not self.machine:
            raise refusal("StateMachineDoesNotExist")
        return {"executions": [{"executionArn": each["arn"]} for each in self.runs]}

    def _describe(self, **wanted: str) -> dict[str, Any]:
        arn = wanted["executionArn"]
        self.described.append(arn)
        (found,) = (each for each in self.runs if each["arn"] == arn)
        return {"status": "RUNNING", "startDate": START, "input": found["input"]}
