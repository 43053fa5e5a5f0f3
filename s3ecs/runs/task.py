"""The ECS tasks of a run, one for each try, and what became of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.runs.run import Run

STOPPED = "STOPPED"


@dataclass(frozen=True)
class Task:
    """One task: ``exit_code`` is the container's, None where it has none (yet)."""

    arn: str
    cluster: str
    status: str
    exit_code: int | None
    stop_code: str
    stopped_reason: str

    @property
    def id(self) -> str:
        """The last part of its ARN, and of the name of its log stream."""
        return self.arn.rpartition("/")[2]


def tasks_of(aws: Aws, run: Run) -> list[str]:
    """The ARNs of the tasks that a run has started so far, the oldest first."""
    history = aws.pages(aws.stepfunctions, "get_execution_history", "events", executionArn=run.arn)
    submitted = (each["taskSubmittedEventDetails"] for each in history if each["type"] == "TaskSubmitted")
    # AWS: what RunTask answered stands in the event, in Pascal case.
    return [task["TaskArn"] for each in submitted for task in json.loads(each["output"]).get("Tasks", ())]


def describe(aws: Aws, arn: str, container: str) -> Task | None:
    """What ECS says of a task now; None where it has forgotten it. AWS: it remembers an hour at least."""
    cluster = arn.split("/")[1]
    found = aws.ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
    if not found:
        return None
    task: dict[str, Any] = found[0]
    containers = [each for each in task.get("containers", ()) if each.get("name") == container]
    return Task(
        arn=arn,
        cluster=cluster,
        status=task["lastStatus"],
        exit_code=next((each.get("exitCode") for each in containers), None),
        stop_code=task.get("stopCode", ""),
        stopped_reason=task.get("stoppedReason", ""),
    )
