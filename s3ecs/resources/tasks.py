"""Running ECS tasks: no resources of a stack, but in the way when their cluster or definition goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from s3ecs.aws import grant
from s3ecs.aws.faults import unless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

REASON = "the stack is being taken down"


def stop_all(aws: Aws, *, cluster: str, family: str | None = None) -> None:
    """Stop the tasks of a cluster, or those of one family in it, and wait until they have stopped.

    AWS: a task gets SIGTERM and, up to two minutes later, SIGKILL.
    """
    if not (running := _running(aws, cluster, family)):
        return
    for task in running:
        unless(
            {"InvalidParameterException", "ClusterNotFoundException"},  # stopped meanwhile
            partial(aws.ecs.stop_task, cluster=cluster, task=task, reason=REASON),
        )
    what = f"{len(running)} tasks of {family or cluster} to stop"
    aws.wait_until(what, lambda: not _running(aws, cluster, family), seconds=300, every=2)


def stopping(environment: Environment, cluster: str) -> Iterator[Grant]:
    """What ``stop_all`` needs to be allowed."""
    where = {"ArnEquals": {"ecs:cluster": environment.arn("ecs", f"cluster/{cluster}")}}
    # AWS: tasks are listed for no resource in particular, and the cluster is a condition.
    yield grant.delete("ecs:ListTasks", on=grant.EVERYTHING, when=where)
    yield grant.delete("ecs:StopTask", on=environment.arn("ecs", f"task/{cluster}/*"))


def _running(aws: Aws, cluster: str, family: str | None) -> list[str]:
    only = {"family": family} if family else {}

    def ask() -> list[str]:
        return list(aws.pages(aws.ecs, "list_tasks", "taskArns", cluster=cluster, desiredStatus="RUNNING", **only))

    return unless({"ClusterNotFoundException"}, ask) or []
