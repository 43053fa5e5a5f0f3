"""A family without a revision means its latest ACTIVE one, and a deleted one stays while tasks are at work by it.

moto takes the latest, deregistered or not, and forgets what is deleted at once.
"""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Find the revision before moto does, and keep what is in use."""
    seams.replace("ecs.describe_task_definition", describe)
    seams.replace("ecs.delete_task_definitions", delete)


def describe(ecs: Any, task_definition_str: str) -> Any:
    """The named revision, or the family's latest ACTIVE one."""
    name = task_definition_str.rpartition("/")[2]
    if ":" not in name:
        active = [number for number, one in ecs.task_definitions.get(name, {}).items() if one.status == "ACTIVE"]
        name = f"{name}:{max(active, default=0)}"  # there is no revision 0, so moto says that there is none
    return seams.original("ecs.describe_task_definition")(ecs, name)


def delete(ecs: Any, task_definitions: list[str]) -> Any:
    """AWS: DELETE_IN_PROGRESS until the last task has ended, and described meanwhile."""
    deleted, failures = seams.original("ecs.delete_task_definitions")(ecs, task_definitions)
    tasks = [task for in_cluster in list(ecs.tasks.values()) for task in list(in_cluster.values())]
    in_use = {task.call.definition.arn for task in tasks if task.last_status != "STOPPED"}
    for each in deleted:
        if each.arn in in_use:
            ecs.task_definitions[each.family][each.revision] = each
    return deleted, failures
