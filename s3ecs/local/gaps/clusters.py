"""Creating a cluster that exists changes nothing, and one with active tasks or services is not deleted.

moto replaces an existing cluster, tags and settings included, and deletes one under what runs in it.
"""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams
from s3ecs.local.backends import EcsError


def install() -> None:
    """Put AWS's checks in front of moto's."""
    seams.replace("ecs.create_cluster", create_cluster)
    seams.replace("ecs.delete_cluster", delete_cluster)


def create_cluster(
    ecs: Any, cluster_name: str, tags: Any = None, cluster_settings: Any = None, *rest: Any, **more: Any
) -> Any:
    """The existing cluster if the call asks for the same, else an error; a new one where none is ACTIVE."""
    existing = ecs.clusters.get(cluster_name)
    if existing is None or existing.status != "ACTIVE":
        return seams.original("ecs.create_cluster")(ecs, cluster_name, tags, cluster_settings, *rest, **more)
    if _pairs(tags) != _pairs(existing.tags) or (cluster_settings and cluster_settings != existing.settings):
        raise EcsError(
            "InvalidParameterException",
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
        )
    return existing


def delete_cluster(ecs: Any, cluster_str: str) -> Any:
    """AWS: active tasks and services keep their cluster."""
    name = cluster_str.rpartition("/")[2]
    tasks = ecs.tasks.get(name, {})
    if any(task.last_status != "STOPPED" for task in tasks.values()):
        raise EcsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    if any(each.cluster_name == name and each.status == "ACTIVE" for each in ecs.services.values()):
        raise EcsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    return seams.original("ecs.delete_cluster")(ecs, cluster_str)


def _pairs(tags: list[dict[str, str]] | None) -> set[tuple[str, str]]:
    return {(tag["key"], tag["value"]) for tag in tags or []}
