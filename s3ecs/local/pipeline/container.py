"""One container of a task: what it is to run, how far it has come, and how AWS tells it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from s3ecs.local.programs import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.pipeline.started import Started
    from s3ecs.local.programs import Program

_STOP_TIMEOUT = 30  # AWS: seconds between SIGTERM and SIGKILL unless the container says


@dataclass(eq=False)
class Container:
    """A container from PENDING to STOPPED; without a ``program`` it is never started.

    ``secrets`` are the values of its secret variables, once they have been read; nothing ever tells them.
    """

    definition: dict[str, Any]
    override: dict[str, Any]
    program: Program | Image | None
    status: str = "PENDING"
    exit_code: int | None = None
    reason: str | None = None
    started: Started | None = field(default=None, repr=False)
    is_stopping: bool = False
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Unique within its task."""
        return str(self.definition["name"])

    @property
    def is_essential(self) -> bool:
        """AWS: whether its end is the task's; so it is where nothing is said."""
        return bool(self.definition.get("essential", True))

    @property
    def command(self) -> list[str]:
        """What its program or its image's entrypoint is given: the override's command, else the definition's."""
        return list(self.override.get("command") or self.definition.get("command") or ())

    @property
    def environment(self) -> dict[str, str]:
        """The definition's variables, the override's above them, and the secret ones."""
        pairs = (*self.definition.get("environment", []), *self.override.get("environment", []))
        return {pair["name"]: pair["value"] for pair in pairs} | self.secrets

    @property
    def stop_timeout(self) -> int:
        """Seconds between SIGTERM and SIGKILL."""
        return int(self.definition.get("stopTimeout", _STOP_TIMEOUT))

    @property
    def depends_on(self) -> Iterator[tuple[str, str]]:
        """The names of the containers that it waits for, each with the condition."""
        for one in self.definition.get("dependsOn") or []:
            yield one["containerName"], one["condition"]

    def fulfils(self, condition: str) -> bool:
        """Whether a container that waits for this one's ``condition`` may start.

        AWS: HEALTHY waits for the container's own health check, a command inside the image; here there is no image, so
        it means START. A container that is left out keeps nobody waiting.
        """
        if self.program is None:
            return True
        if condition == "COMPLETE":
            return self.exit_code is not None
        if condition == "SUCCESS":
            return self.exit_code == 0
        return self.started is not None

    def leave_out(self) -> None:
        """Tell that nothing stands in for the image, so the task runs without it."""
        self.status = "STOPPED"
        self.reason = f"CannotPullContainerError: no program stands in for the image {self.definition['image']}"

    def stop(self) -> None:
        """SIGTERM, once, and SIGKILL after its stop timeout; fine if it has not begun or has ended."""
        if self.started is not None and not self.is_stopping:
            self.is_stopping = True
            self.started.stop(self.stop_timeout)

    def kill(self) -> None:
        """SIGKILL; fine likewise."""
        if self.started is not None:
            self.started.kill()

    def described(self, task_arn: str) -> dict[str, Any]:
        """As DescribeTasks tells it."""
        task_id = task_arn.rpartition("/")[2]
        told = {
            "containerArn": f"{task_arn.replace(':task/', ':container/')}/{part_id(task_id, self.name)}",
            "taskArn": task_arn,
            "name": self.name,
            "image": self.definition["image"],
            "imageDigest": self.program.id if isinstance(self.program, Image) else None,
            "runtimeId": f"{task_id}-{self.name}" if self.started else None,
            "lastStatus": self.status,
            "exitCode": self.exit_code,
            "reason": self.reason,
            "networkInterfaces": [],
            "healthStatus": "UNKNOWN",
            "cpu": str(self.definition.get("cpu", 0)),
            "memory": str(self.definition["memory"]) if "memory" in self.definition else None,
        }
        return {name: value for name, value in told.items() if value is not None}


def part_id(task: str, part: str) -> str:
    """An id of a task's part, the same whenever it is asked for."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{task}/{part}"))
