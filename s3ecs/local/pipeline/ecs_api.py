"""RunTask, DescribeTasks, ListTasks and StopTask over HTTP, on tasks that really run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult

from s3ecs.local import seams
from s3ecs.local.backends import EcsError, Place

if TYPE_CHECKING:
    from s3ecs.local.pipeline.run_task import Launcher
    from s3ecs.local.pipeline.runner import Runner
    from s3ecs.local.pipeline.task import Task

_RUN_TASK = (
    *("cluster", "taskDefinition", "count", "overrides", "startedBy", "tags", "launchType", "networkConfiguration"),
    *("group", "platformVersion", "capacityProviderStrategy", "propagateTags", "enableECSManagedTags"),
    "enableExecuteCommand",
)


def install(launcher: Launcher, runner: Runner) -> None:
    """Let moto's ECS answer for our tasks."""

    def run_task(http: Any) -> Any:
        asked = {name: value for name in _RUN_TASK if (value := http._get_param(name)) is not None}  # noqa: SLF001
        tasks, failures = launcher.run(_place(http), asked)
        return ActionResult({"tasks": [task.described() for task in tasks], "failures": failures})

    def describe_tasks(http: Any) -> Any:
        known = _tasks(_place(http), http._get_param("cluster", "default"))  # noqa: SLF001
        with_tags = "TAGS" in http._get_param("include", [])  # noqa: SLF001
        found, failures = [], []
        for name in http._get_param("tasks", []):  # noqa: SLF001
            task = known.get(_id(name))
            if task is None:
                failures.append({"arn": name, "reason": "MISSING"})
            else:
                told = task.described()
                found.append(told if with_tags else told | {"tags": []})
        return ActionResult({"tasks": found, "failures": failures})

    def stop_task(http: Any) -> Any:
        known = _tasks(_place(http), http._get_param("cluster", "default"))  # noqa: SLF001
        task = known.get(_id(http._get_param("task")))  # noqa: SLF001
        if task is None:
            raise EcsError("InvalidParameterException", "The referenced task was not found.")
        runner.stop(task, "UserInitiated", http._get_param("reason") or "Task stopped by user")  # noqa: SLF001
        return ActionResult({"task": task.described()})

    seams.replace("ecs.http_run_task", run_task)
    seams.replace("ecs.http_describe_tasks", describe_tasks)
    seams.replace("ecs.http_stop_task", stop_task)
    seams.replace("ecs.list_tasks", list_tasks)


def list_tasks(  # noqa: PLR0917  (moto's own parameters)
    ecs: Any,
    cluster_str: str | None = None,
    container_instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desiredStatus: str | None = None,  # noqa: N803
) -> list[Task]:
    """The cluster's tasks; AWS lists those that are to run unless STOPPED is asked for."""
    if container_instance or service_name:
        return []  # there are neither
    known = _tasks(Place(ecs.account_id, ecs.region_name), cluster_str or "default").values()
    status = desiredStatus or "RUNNING"
    return [
        task
        for task in known
        if task.desired_status == status
        and (not family or task.call.definition.family == family)
        and (not started_by or task.call.started_by == started_by)
    ]


def _place(http: Any) -> Place:
    return Place(http.current_account, http.region)


def _tasks(place: Place, cluster: str) -> dict[str, Task]:
    """The cluster's tasks by id."""
    found = place.ecs.clusters.get(cluster.rpartition("/")[2])
    if found is None:
        raise EcsError("ClusterNotFoundException", "Cluster not found.")
    return {task.id: task for task in place.ecs.tasks.get(found.name, {}).values()}


def _id(name: str) -> str:
    return name.rpartition("/")[2]
