"""RunTask: what AWS checks before a task exists, then the task, handed to the runner."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.local import faults, programs
from s3ecs.local.backends import EcsError, Place
from s3ecs.local.pipeline.task import Call, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.home import Home
    from s3ecs.local.pipeline.runner import Runner

_OVERRIDES = 8192  # AWS: characters of the overrides' JSON


_STOPPED = 1000  # stopped tasks that a cluster remembers; AWS: an hour at least
_SLACK = 100  # tasks that are made between two looks at how many there are


class Snapshots(dict[str, Task]):
    """A cluster's tasks: moto walks them while other threads add some, so walking sees a copy."""

    def prune(self) -> None:
        """Forget the oldest stopped tasks where there are too many."""
        if len(self) % _SLACK == 0:
            stopped = [arn for arn, task in list(self.items()) if task.stopped.is_set()]
            for arn in stopped[:-_STOPPED]:
                self.pop(arn, None)

    def values(self) -> list[Task]:  # type: ignore[override]
        """A copy."""
        return list(super().values())


class Launcher:
    """Starts tasks for the API and for state machines alike."""

    def __init__(self, home: Home, runner: Runner, tell: Callable[[Task], None]) -> None:
        self._home = home
        self._runner = runner
        self._tell = tell

    def run(
        self, place: Place, asked: dict[str, Any], execution: str | None = None
    ) -> tuple[list[Task], list[dict[str, str]]]:
        """The tasks and failures of one RunTask with parameters as the API spells them, for an execution's ARN or none.

        Raises what AWS raises, as moto's exceptions.
        """
        cluster = _cluster(place, asked.get("cluster", "default"))
        definition = _definition(place, asked.get("taskDefinition", ""))
        _check_launch(asked)
        overrides = asked.get("overrides") or {}
        _check_overrides(definition, overrides)
        network = _network(place, definition, asked.get("networkConfiguration") or {})
        fault = faults.take(self._home, definition.family)
        if fault and "error" in fault:
            raise EcsError(fault["error"], fault.get("message", fault["error"]))
        if fault and "reason" in fault:
            return [], [{"arn": cluster.arn, **fault}]
        strategy = asked.get("capacityProviderStrategy") or []
        if not strategy and not asked.get("launchType"):
            strategy = cluster.default_capacity_provider_strategy or []
        _check_providers(cluster, strategy)
        call = Call(
            cluster=cluster,
            definition=definition,
            overrides=overrides,
            launch_type=None if strategy else asked.get("launchType", "FARGATE"),
            capacity_provider=strategy[0]["capacityProvider"] if strategy else None,
            platform_version=asked.get("platformVersion") or "LATEST",
            group=asked.get("group") or f"family:{definition.family}",
            started_by=asked.get("startedBy") or "",
            execute_command=bool(asked.get("enableExecuteCommand")),
            tags=_tags(cluster, definition, asked),
            network=network,
            programs=programs.load(self._home).get(definition.family, {}),
            fault=fault,
            tell=self._tell,
            execution=execution,
        )
        tasks = [Task(call, place.account, place.region) for _ in range(int(asked.get("count") or 1))]
        kept = place.ecs.tasks.setdefault(cluster.name, Snapshots())
        for task in tasks:
            kept[task.arn] = task
            kept.prune()
            self._runner.submit(task)
        return tasks, []


def _cluster(place: Place, name: str) -> Any:
    cluster = place.ecs.clusters.get(name.rpartition("/")[2])
    if cluster is None:
        raise EcsError("ClusterNotFoundException", "Cluster not found.")
    if cluster.status != "ACTIVE":
        raise EcsError("ClusterNotFoundException", "The referenced cluster was inactive.")
    return cluster


def _definition(place: Place, named: str) -> Any:
    family, _, revision = named.rpartition("/")[2].partition(":")
    revisions = place.ecs.task_definitions.get(family, {})
    if revision:
        definition = revisions.get(int(revision)) if revision.isdigit() else None
    else:  # AWS: a family means its latest ACTIVE revision
        definition = next((one for _, one in sorted(revisions.items(), reverse=True) if one.status == "ACTIVE"), None)
    if definition is None:
        raise EcsError("ClientException", "TaskDefinition not found.")
    if definition.status != "ACTIVE":
        raise EcsError("ClientException", "TaskDefinition is inactive")
    return definition


def _check_launch(asked: dict[str, Any]) -> None:
    if asked.get("launchType") and asked.get("capacityProviderStrategy"):
        raise _invalid("Specify either launch type or capacity provider strategy, but not both.")
    if asked.get("launchType", "FARGATE") != "FARGATE":
        raise _invalid("No Container Instances were found in your cluster.")


def _check_providers(cluster: Any, strategy: list[dict[str, Any]]) -> None:
    known = cluster.capacity_providers or []
    if any(each["capacityProvider"] not in known for each in strategy):
        raise _invalid(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with "
            "the cluster. Associate the capacity provider with the cluster and try again."
        )


def _check_overrides(definition: Any, overrides: dict[str, Any]) -> None:
    known = {one["name"] for one in definition.container_definitions}
    for override in overrides.get("containerOverrides", []):
        if override.get("name") not in known:
            raise _invalid(
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
            )
        if any(not isinstance(word, str) for word in override.get("command", [])):
            raise _invalid("Container override command must be strings.")
    if len(json.dumps(overrides, ensure_ascii=False, separators=(",", ":"))) > _OVERRIDES:
        raise _invalid(f"Container Overrides length must be at most {_OVERRIDES}")


def _network(place: Place, definition: Any, configuration: dict[str, Any]) -> dict[str, Any]:
    if definition.network_mode != "awsvpc":
        return {}
    network: dict[str, Any] | None = configuration.get("awsvpcConfiguration")
    if not network or not network.get("subnets"):
        raise _invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    for subnet in network["subnets"]:
        if not any(subnet in zone for zone in list(place.ec2.subnets.values())):
            raise _invalid(f"The subnet ID '{subnet}' does not exist")
    for group in network.get("securityGroups") or []:
        if place.ec2.get_security_group_from_id(group) is None:
            raise _invalid(f"The security group '{group}' does not exist")
    return network


def _tags(cluster: Any, definition: Any, asked: dict[str, Any]) -> list[dict[str, str]]:
    tags = {tag["key"]: tag["value"] for tag in asked.get("tags") or []}
    if asked.get("propagateTags") == "TASK_DEFINITION":
        tags = {tag["key"]: tag["value"] for tag in definition.tags or []} | tags
    if asked.get("enableECSManagedTags"):
        tags["aws:ecs:clusterName"] = cluster.name
    return [{"key": key, "value": value} for key, value in tags.items()]


def _invalid(message: str) -> EcsError:
    return EcsError("InvalidParameterException", message)
