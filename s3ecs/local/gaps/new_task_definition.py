"""What Fargate cannot run is refused when it is registered; moto takes all sizes, network modes and orders.

The codes are AWS's everywhere, the words where they are known.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

from s3ecs.local import seams
from s3ecs.local.backends import EcsError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_CONTAINERS = 10
_UNITS = 1024  # CPU units of a vCPU, MiB of a GB
_CONDITIONS = {"START", "COMPLETE", "SUCCESS", "HEALTHY"}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(vcpu|gb)?", re.IGNORECASE)
_SIZES: Final[dict[int, Sequence[int]]] = {  # AWS: for each CPU value the memory in MiB
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}


def install() -> None:
    """Put AWS's checks in front of moto's."""
    seams.replace("ecs.register_task_definition", register)


def register(ecs: Any, family: str, container_definitions: list[dict[str, Any]], *rest: Any, **more: Any) -> Any:
    """A new revision, if its containers fit together and Fargate has room of that size."""
    _check_containers(container_definitions)
    _check_order(container_definitions)
    if "FARGATE" in (more.get("requires_compatibilities") or []):
        more |= _checked_for_fargate(more)
    return seams.original("ecs.register_task_definition")(ecs, family, container_definitions, *rest, **more)


def _check_containers(definitions: list[dict[str, Any]]) -> None:
    names = [one.get("name") for one in definitions]
    if len(names) > _MOST_CONTAINERS:
        raise _refused(f"Too many containers: a task definition has at most {_MOST_CONTAINERS}.")
    if len(set(names)) < len(names):
        raise _refused("Container names must be unique within a task definition.")
    if not any(one.get("essential", True) for one in definitions):
        raise _refused("A task definition must have at least one essential container.")


def _check_order(definitions: list[dict[str, Any]]) -> None:
    by_name = {one.get("name"): one for one in definitions}
    order: TopologicalSorter[Any] = TopologicalSorter()
    for one in definitions:
        for dependency in one.get("dependsOn") or []:
            name, condition = dependency["containerName"], dependency["condition"]
            if name not in by_name:
                raise _refused(f"Container '{one['name']}' depends on '{name}', which is not in the task definition.")
            if condition not in _CONDITIONS:
                raise _refused(f"Container '{one['name']}' depends on an unknown condition, {condition}.")
            if condition in {"COMPLETE", "SUCCESS"} and by_name[name].get("essential", True):
                raise _refused(f"Container '{one['name']}' waits for the end of '{name}', which is essential.")
            if condition == "HEALTHY" and not by_name[name].get("healthCheck"):
                raise _refused(f"Container '{one['name']}' waits for the health of '{name}', which has no healthCheck.")
            order.add(one["name"], name)
    try:
        order.prepare()
    except CycleError as error:
        raise _refused(f"Containers depend on each other in a circle: {', '.join(error.args[1])}.") from error


def _checked_for_fargate(asked: dict[str, Any]) -> dict[str, str]:
    """CPU and memory as AWS keeps them: ``1 vCPU`` is ``1024``."""
    if asked.get("network_mode") != "awsvpc":
        raise _refused("Fargate only supports network mode \u2018awsvpc\u2019.")
    for name in ("cpu", "memory"):
        if not asked.get(name):
            raise _refused(f"Fargate requires that '{name}' be defined at the task level.")
    cpu, memory = _amount("cpu", asked["cpu"]), _amount("memory", asked["memory"])
    if memory not in _SIZES.get(cpu, ()):
        raise _refused(
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
            "See the Amazon ECS documentation for the valid values."
        )
    return {"cpu": str(cpu), "memory": str(memory)}


def _amount(name: str, written: str) -> int:
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        raise _refused(f"Invalid '{name}' setting for task.")
    return round(float(found[1]) * _UNITS) if found[2] else int(float(found[1]))


def _refused(message: str) -> EcsError:
    return EcsError("ClientException", message)
