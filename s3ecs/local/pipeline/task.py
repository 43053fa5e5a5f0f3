"""One ECS task: what was asked for, how far it has come, and both spellings in which AWS tells it."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.faults import Fault
    from s3ecs.local.programs import Program


@dataclass
class Call:
    """The parameters of a RunTask call that a task keeps, resolved."""

    cluster: Any
    definition: Any
    overrides: dict[str, Any]
    launch_type: str | None
    capacity_provider: str | None
    platform_version: str
    group: str
    started_by: str
    execute_command: bool
    tags: list[dict[str, str]]
    network: dict[str, Any]
    program: Program | None
    fault: Fault | None


@dataclass(eq=False)
class Task:
    """A task from PROVISIONING to STOPPED; ``stopped`` is set when it has ended.

    A task runs one program, for the first essential container of its definition; further containers are told of but do
    not run.
    """

    call: Call
    account: str
    region: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    exit_code: int | None = None
    container_reason: str | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    times: dict[str, datetime] = field(default_factory=lambda: {"createdAt": datetime.now(UTC)})
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _listeners: list[Callable[[], None]] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """``arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID``."""
        return f"{self.call.cluster.arn.replace(':cluster/', ':task/')}/{self.id}"

    # moto's tagging index and ListTasks read these two
    @property
    def task_arn(self) -> str:
        """The same, under the name that moto uses."""
        return self.arn

    @property
    def tags(self) -> list[dict[str, str]]:
        """ECS's lower-case pairs."""
        return self.call.tags

    @property
    def container(self) -> dict[str, Any]:
        """The container definition whose program runs."""
        definitions: list[dict[str, Any]] = self.call.definition.container_definitions
        return next((one for one in definitions if one.get("essential", True)), definitions[0])

    @property
    def override(self) -> dict[str, Any]:
        """What RunTask overrides in that container."""
        overrides = self.call.overrides.get("containerOverrides", [])
        return next((one for one in overrides if one.get("name") == self.container["name"]), {})

    def mark(self, moment: str) -> None:
        """Note the time of ``startedAt``, ``stoppedAt`` and their like, once."""
        self.times.setdefault(moment, datetime.now(UTC))

    def end(self, code: str, reason: str, *, container_reason: str | None = None) -> None:
        """The task has stopped; a reason given earlier, such as StopTask's, stays."""
        with self.lock:
            self.stop_code = self.stop_code or code
            self.stopped_reason = self.stopped_reason or reason
            self.container_reason = container_reason
            self.last_status = self.desired_status = "STOPPED"
            self.mark("stoppingAt")
            self.mark("executionStoppedAt")
            self.mark("stoppedAt")
            self.stopped.set()
            listeners = self._listeners
        for listener in listeners:
            listener()

    def when_stopped(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when the task has stopped, at once if it has."""
        with self.lock:
            self._listeners = [*self._listeners, listener]
        if self.stopped.is_set():
            listener()

    def described(self) -> dict[str, Any]:
        """As DescribeTasks tells it."""
        call, definition = self.call, self.call.definition
        containers = [self._container(one) for one in definition.container_definitions]
        told = {
            "attachments": self._attachments(),
            "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(definition)}],
            "availabilityZone": f"{self.region}a",
            "capacityProviderName": call.capacity_provider,
            "clusterArn": call.cluster.arn,
            "connectivity": "CONNECTED",
            "containers": containers,
            "cpu": call.overrides.get("cpu", definition.cpu),
            "desiredStatus": self.desired_status,
            "enableExecuteCommand": call.execute_command,
            "group": call.group,
            "healthStatus": "UNKNOWN",
            "lastStatus": self.last_status,
            "launchType": call.launch_type,
            "memory": call.overrides.get("memory", definition.memory),
            "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": [], **call.overrides},
            "platformFamily": "Linux",
            "platformVersion": "1.4.0" if call.platform_version == "LATEST" else call.platform_version,
            "startedBy": call.started_by,
            "stopCode": self.stop_code,
            "stoppedReason": self.stopped_reason,
            "tags": call.tags,
            "taskArn": self.arn,
            "taskDefinitionArn": definition.arn,
            "version": 1,
            **self.times,
        }
        return {name: value for name, value in told.items() if value not in (None, "")}

    def _attachments(self) -> list[dict[str, Any]]:
        if not self.call.network:
            return []
        return [
            {
                "id": _id(self.id, "network"),
                "type": "ElasticNetworkInterface",
                "status": "DELETED" if self.last_status == "STOPPED" else "ATTACHED",
                "details": [{"name": "subnetId", "value": self.call.network["subnets"][0]}],
            }
        ]

    def _container(self, definition: dict[str, Any]) -> dict[str, Any]:
        runs = definition["name"] == self.container["name"]
        told = {
            "containerArn": f"{self.arn.replace(':task/', ':container/')}/{_id(self.id, definition['name'])}",
            "taskArn": self.arn,
            "name": definition["name"],
            "image": definition["image"],
            "runtimeId": f"{self.id}-{definition['name']}" if "startedAt" in self.times else None,
            "lastStatus": self.last_status if self.last_status in ("RUNNING", "STOPPED") else "PENDING",
            "exitCode": self.exit_code if runs else None,
            "reason": self.container_reason if runs else None,
            "networkInterfaces": [],
            "healthStatus": "UNKNOWN",
            "cpu": str(definition.get("cpu", 0)),
            "memory": str(definition["memory"]) if "memory" in definition else None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def as_states(self) -> dict[str, Any]:
        """As Step Functions tells it: PascalCase, times in milliseconds."""
        pascal: dict[str, Any] = to_pascal(self.described())
        return pascal


def to_pascal(value: Any) -> Any:
    """ECS's spelling to Step Functions': ``taskArn`` to ``TaskArn``, a time to milliseconds since 1970."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: to_pascal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [to_pascal(inner) for inner in value]
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    return value


def from_pascal(value: Any) -> Any:
    """Step Functions' spelling to ECS's: ``ContainerOverrides`` to ``containerOverrides``."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: from_pascal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [from_pascal(inner) for inner in value]
    return value


def _id(task: str, part: str) -> str:
    """An id of a task's part, the same whenever it is asked for."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{task}/{part}"))


def _architecture(definition: Any) -> str:
    asked = (definition.runtime_platform or {}).get("cpuArchitecture", "X86_64")
    return "arm64" if asked == "ARM64" else "x86_64"
