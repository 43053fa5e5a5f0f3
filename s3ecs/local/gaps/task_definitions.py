"""A family without a revision means its latest ACTIVE one; moto takes the latest, deregistered or not."""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Find the revision before moto does."""
    seams.replace("ecs.describe_task_definition", describe)


def describe(ecs: Any, task_definition_str: str) -> Any:
    """The named revision, or the family's latest ACTIVE one."""
    name = task_definition_str.rpartition("/")[2]
    if ":" not in name:
        active = [number for number, one in ecs.task_definitions.get(name, {}).items() if one.status == "ACTIVE"]
        name = f"{name}:{max(active, default=0)}"  # there is no revision 0, so moto says that there is none
    return seams.original("ecs.describe_task_definition")(ecs, name)
