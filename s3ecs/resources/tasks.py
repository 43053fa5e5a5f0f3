"""ECS tasks: no resources of a stack, but in the way when their cluster or definition goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.aws.hidden import look_into
from s3ecs.resources.owned import STACK_TAG, from_pairs
from s3ecs.resources.stopping import stop_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

REASON = "the stack is being taken down"
AT_ONCE = 100  # AWS: DescribeTasks takes no more
STOPPED = "STOPPED"


def stop_family(aws: Aws, cluster: str, family: str) -> None:
    """Stop the tasks of one family in a cluster, and wait until they have stopped."""
    at_work, told = _listed_both(aws, cluster, family)
    _stop(aws, cluster, f"tasks of {family}", at_work, told)


def stop_own(aws: Aws, cluster: str, stack: str | None) -> None:
    """Stop those tasks of a cluster whose definition carries the stack's tag, and wait until they have stopped."""
    at_work, told = _listed_both(aws, cluster, None)
    own = {task for task, owner in _owners(aws, cluster, [*at_work, *told]) if owner is not None and owner == stack}
    of_both = ([each for each in tasks if each in own] for tasks in (at_work, told))
    _stop(aws, cluster, f"tasks of {cluster}", *of_both)


def _stop(aws: Aws, cluster: str, what: str, at_work: list[str], told: list[str]) -> None:
    """Those that somebody else has ``told`` to stop are waited for as well.

    AWS: a task gets SIGTERM and, up to two minutes later, SIGKILL; until then it may want its role, its bucket and its
    log group.
    """

    def tell_one(task: str) -> None:
        stopped_meanwhile = {"InvalidParameterException", "ClusterNotFoundException"}
        unless(stopped_meanwhile, partial(aws.ecs.stop_task, cluster=cluster, task=task, reason=REASON))

    stop_each(aws, what, tell_one, at_work)
    left = [*at_work, *told]

    def have_stopped() -> bool:
        left[:] = [each["taskArn"] for each in _at_work(aws, cluster, left)]
        return not left

    if left and not have_stopped():
        aws.wait_until(f"{len(left)} {what} to stop", have_stopped, seconds=300, every=2)


def running(aws: Aws, cluster: str) -> list[str]:
    """The ARNs of all tasks that run in a cluster, none where it is absent."""
    return _listed(aws, cluster, None, "RUNNING")


def are_others(aws: Aws, cluster: str, running: list[str], stack: str | None) -> bool:
    """Whether the definition of any of these tasks does not carry the stack's tag."""
    return any(owner is None or owner != stack for _, owner in _owners(aws, cluster, running))


def stopping(environment: Environment, cluster: str) -> Iterator[Grant]:
    """What stopping them needs to be allowed."""
    where = {"ArnEquals": {"ecs:cluster": environment.arn("ecs", f"cluster/{cluster}")}}
    # AWS: tasks are listed for no resource in particular, and the cluster is a condition.
    yield grant.delete("ecs:ListTasks", on=grant.EVERYTHING, when=where)
    yield grant.delete("ecs:StopTask", "ecs:DescribeTasks", on=environment.arn("ecs", f"task/{cluster}/*"))


def _listed_both(aws: Aws, cluster: str, family: str | None) -> tuple[list[str], list[str]]:
    at_work, told = aws.together(*(partial(_listed, aws, cluster, family, status) for status in ("RUNNING", STOPPED)))
    return at_work, told


def _listed(aws: Aws, cluster: str, family: str | None, status: str) -> list[str]:
    """AWS: the status is the desired one, which is STOPPED from when a task is told to stop."""
    only = {"family": family} if family else {}

    def ask() -> list[str]:
        return list(aws.pages(aws.ecs, "list_tasks", "taskArns", cluster=cluster, desiredStatus=status, **only))

    return unless({"ClusterNotFoundException"}, ask) or []


def _at_work(aws: Aws, cluster: str, tasks: list[str]) -> Iterator[dict[str, Any]]:
    """What is known of each that has not stopped by now."""
    for hundred in (tasks[at : at + AT_ONCE] for at in range(0, len(tasks), AT_ONCE)):
        ask = partial(aws.ecs.describe_tasks, cluster=cluster, tasks=hundred)
        answer: dict[str, Any] = unless({"ClusterNotFoundException"}, ask) or {"tasks": ()}
        look_into("DescribeTasks", answer, fine={"MISSING"})  # AWS: forgotten an hour after it stopped
        yield from (each for each in answer["tasks"] if each["lastStatus"] != STOPPED)


def _owners(aws: Aws, cluster: str, tasks: list[str]) -> Iterator[tuple[str, str | None]]:
    """Each task that has not stopped by now, and the stack that its definition's tag names, if any."""
    definitions = {each["taskArn"]: each["taskDefinitionArn"] for each in _at_work(aws, cluster, tasks)}
    # AWS: one can be described for as long as a task is at work by it, also when it has been deleted.
    ask = partial(aws.ecs.describe_task_definition, include=["TAGS"])
    asked = {each: unless({"ClientException"}, partial(ask, taskDefinition=each)) for each in {*definitions.values()}}
    for task, definition in definitions.items():
        if found := asked[definition]:
            yield task, from_pairs(found.get("tags", ()), "key", "value").get(STACK_TAG)
