"""ECS tasks: no resources of a stack, but in the way when their cluster or definition goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.aws.hidden import look_into
from s3ecs.resources.owned import STACK_TAG, from_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

REASON = "the stack is being taken down"
AT_ONCE = 100  # AWS: DescribeTasks takes no more
STOPPED = "STOPPED"


def stop_all(aws: Aws, *, cluster: str, family: str | None = None) -> None:
    """Stop the tasks of a cluster, or those of one family in it, and wait until they have stopped.

    Those that somebody else has told to stop are waited for as well. AWS: a task gets SIGTERM and, up to two minutes
    later, SIGKILL; until then it may want its role, its bucket and its log group.
    """
    at_work, told = aws.together(
        partial(_listed, aws, cluster, family, "RUNNING"), partial(_listed, aws, cluster, family, STOPPED)
    )
    what = f"{len(at_work)} tasks of {family or cluster} to stop"
    for task in at_work:
        aws.go_on(what)
        unless(
            {"InvalidParameterException", "ClusterNotFoundException"},  # stopped meanwhile
            partial(aws.ecs.stop_task, cluster=cluster, task=task, reason=REASON),
        )
    left = [*at_work, *told]

    def have_stopped() -> bool:
        left[:] = [each["taskArn"] for each in _described(aws, cluster, left) if each["lastStatus"] != STOPPED]
        return not left

    if left and not have_stopped():
        aws.wait_until(f"{len(left)} tasks of {family or cluster} to stop", have_stopped, seconds=300, every=2)


def running(aws: Aws, cluster: str) -> list[str]:
    """The ARNs of all tasks that run in a cluster, none where it is absent."""
    return _listed(aws, cluster, None, "RUNNING")


def are_others(aws: Aws, cluster: str, running: list[str], stack: str | None) -> bool:
    """Whether the definition of any of these tasks does not carry the stack's tag."""
    definitions = {each["taskDefinitionArn"] for each in _described(aws, cluster, running)}
    return any(_stack_of(aws, each) != stack for each in sorted(definitions))


def stopping(environment: Environment, cluster: str) -> Iterator[Grant]:
    """What ``stop_all`` needs to be allowed."""
    where = {"ArnEquals": {"ecs:cluster": environment.arn("ecs", f"cluster/{cluster}")}}
    # AWS: tasks are listed for no resource in particular, and the cluster is a condition.
    yield grant.delete("ecs:ListTasks", on=grant.EVERYTHING, when=where)
    yield grant.delete("ecs:StopTask", "ecs:DescribeTasks", on=environment.arn("ecs", f"task/{cluster}/*"))


def _listed(aws: Aws, cluster: str, family: str | None, status: str) -> list[str]:
    """AWS: the status is the desired one, which is STOPPED from when a task is told to stop."""
    only = {"family": family} if family else {}

    def ask() -> list[str]:
        return list(aws.pages(aws.ecs, "list_tasks", "taskArns", cluster=cluster, desiredStatus=status, **only))

    return unless({"ClusterNotFoundException"}, ask) or []


def _described(aws: Aws, cluster: str, tasks: list[str]) -> Iterator[dict[str, Any]]:
    for hundred in (tasks[at : at + AT_ONCE] for at in range(0, len(tasks), AT_ONCE)):
        ask = partial(aws.ecs.describe_tasks, cluster=cluster, tasks=hundred)
        answer: dict[str, Any] = unless({"ClusterNotFoundException"}, ask) or {"tasks": ()}
        look_into("DescribeTasks", answer, fine={"MISSING"})  # AWS: forgotten an hour after it stopped
        yield from answer["tasks"]


def _stack_of(aws: Aws, definition: str) -> str | None:
    found = aws.ecs.describe_task_definition(taskDefinition=definition, include=["TAGS"])
    return from_pairs(found.get("tags", ()), "key", "value").get(STACK_TAG)
