"""Images of a repository that newer ones have taken the place of, and whether something still names them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found
from s3ecs.resources.image import TAG, Image, tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

MOST: Final = 1000  # task definitions that are looked through; AWS: each takes a call
AT_ONCE: Final = 20
TASKS: Final = 100  # AWS: DescribeTasks takes no more


class TooMany(Exception):
    """There is more to look through than is worth it."""


def superseded(aws: Aws, repository: str, keep: int) -> list[Found]:
    """All images that ``up`` has pushed but for the ``keep`` newest; what somebody else has pushed there stays."""
    ours = [each for each in tagged(aws, repository) if all(map(TAG.fullmatch, each.get("imageTags") or ("none",)))]
    listed = enumerate(ours)  # of two of one second that is newer which is listed later
    newest = sorted(listed, key=lambda pair: (pair[1]["imagePushedAt"], pair[0]), reverse=True)
    images = [each for _, each in newest]
    return [Found(Image.kind, repository, f"{repository}@{each['imageDigest']}") for each in images[keep:]]


def in_use(aws: Aws, cluster: str) -> frozenset[str]:
    """The digests that an active task definition of the account names, or that of a task in the cluster.

    A run that waits for its next try names none by itself: it takes the active task definition of its job. Raises
    TooMany.
    """
    active = list(aws.pages(aws.ecs, "list_task_definitions", "taskDefinitionArns", status="ACTIVE"))
    if len(active) > MOST:
        raise TooMany(f"{len(active)} active task definitions are too many to look through")
    return frozenset(_digests(aws, {*active, *_of_tasks(aws, cluster)}))


def grants(environment: Environment, cluster: str) -> Iterator[Grant]:
    """What finding out which images are in use needs to be allowed."""
    where = {"ArnEquals": {"ecs:cluster": environment.arn("ecs", f"cluster/{cluster}")}}
    yield grant.unleveled("ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions")
    yield grant.read("ecs:ListTasks", on=grant.EVERYTHING, when=where)
    yield grant.read("ecs:DescribeTasks", on=environment.arn("ecs", f"task/{cluster}/*"))


def _of_tasks(aws: Aws, cluster: str) -> Iterable[str]:
    """The task definitions of all tasks that run or are about to."""
    absent = {"ClusterNotFoundException"}
    tasks = unless(absent, lambda: list(aws.pages(aws.ecs, "list_tasks", "taskArns", cluster=cluster))) or []
    for at in range(0, len(tasks), TASKS):
        found = aws.ecs.describe_tasks(cluster=cluster, tasks=tasks[at : at + TASKS])
        yield from (each["taskDefinitionArn"] for each in found["tasks"])


def _digests(aws: Aws, definitions: set[str]) -> Iterable[str]:
    arns = sorted(definitions)
    for at in range(0, len(arns), AT_ONCE):
        calls = [partial(_described, aws, arn) for arn in arns[at : at + AT_ONCE]]
        for containers in aws.together(*calls):
            yield from (each["image"].rpartition("@")[2] for each in containers if "@" in each["image"])


def _described(aws: Aws, arn: str) -> list[dict[str, Any]]:
    # AWS: the same code is given for one that is gone by now and for other mistakes.
    found = unless({"ClientException"}, lambda: aws.ecs.describe_task_definition(taskDefinition=arn))
    return list(found["taskDefinition"]["containerDefinitions"]) if found else []
