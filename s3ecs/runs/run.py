"""A run: one object's passage through a job, which is one Step Functions execution."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3ecs.aws.faults import unless

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from s3ecs.aws.session import Aws

UNDER_WAY = "RUNNING"
SUCCEEDED = "SUCCEEDED"


@dataclass(frozen=True)
class Run:
    """``event`` is what started it, ``status`` one of RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED."""

    arn: str
    status: str
    started: datetime
    ended: datetime | None
    event: dict[str, Any]
    error: str = ""
    cause: str = ""

    @property
    def name(self) -> str:
        """Unique within its machine."""
        return self.arn.rpartition(":")[2]

    @property
    def key(self) -> str:
        """The object's key, empty where the run was started with something else."""
        return str(self._object.get("key", ""))

    @property
    def etag(self) -> str:
        """The object's entity tag."""
        return str(self._object.get("etag", ""))

    @property
    def bucket(self) -> str:
        """The object's bucket, empty where the run was started with something else."""
        return str(_mapping(self._detail.get("bucket")).get("name", ""))

    @property
    def by_event(self) -> bool:
        """Whether S3 told of the object."""
        return self.event.get("source") == "aws.s3"

    @property
    def _detail(self) -> dict[str, Any]:
        return _mapping(self.event.get("detail"))

    @property
    def _object(self) -> dict[str, Any]:
        return _mapping(self._detail.get("object"))


def list_arns(aws: Aws, machine: str, limit: int) -> list[str] | None:
    """The ARNs of the newest runs of a machine (its ARN), at most ``limit``; None where there is no machine."""
    found = unless(
        {"StateMachineDoesNotExist"},
        lambda: aws.stepfunctions.list_executions(stateMachineArn=machine, maxResults=limit)["executions"],
    )
    return None if found is None else [each["executionArn"] for each in found][:limit]


def describe_all(aws: Aws, arns: Sequence[str]) -> list[Run]:
    """What Step Functions says of these runs now, asked side by side."""
    return aws.together(*(_describing(aws, arn) for arn in arns)) if arns else []


def describe(aws: Aws, arn: str) -> Run:
    """What Step Functions says of a run now."""
    found = aws.stepfunctions.describe_execution(executionArn=arn)
    return Run(
        arn=arn,
        status=found["status"],
        started=found["startDate"],
        ended=found.get("stopDate"),
        event=_mapping(json.loads(found.get("input", "{}"))),
        error=found.get("error", ""),
        cause=found.get("cause", ""),
    )


def _describing(aws: Aws, arn: str) -> Any:
    return lambda: describe(aws, arn)


def _mapping(found: Any) -> dict[str, Any]:
    """Anybody may start a run with anything; what is no mapping says nothing."""
    return found if isinstance(found, dict) else {}
