"""One ECS task: what was asked for, how far it has come, and both spellings in which AWS tells it."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3ecs.local.pipeline import rounds
from s3ecs.local.pipeline.container import Container, part_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from s3ecs.local.faults import Fault
    from s3ecs.local.programs import Image, Program


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
    programs: Mapping[str, Program | Image]
    fault: Fault | None
    tell: Callable[[Task], None]
    execution: str | None


@dataclass(eq=False)
class Task:
    """A task from PROVISIONING to STOPPED; ``stopped`` is set when it has ended.

    ``call.tell`` is called with the task's lock held at each change of its two statuses, so it must not wait.
    """

    call: Call
    account: str
    region: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    last_status: str = ""
    desired_status: str = "RUNNING"
    version: int = 0
    decisive: Container | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    times: dict[str, datetime] = field(default_factory=lambda: {"createdAt": datetime.now(UTC)})
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)
    round: int = field(default_factory=rounds.here.get)
    containers: list[Container] = field(init=False)
    _listeners: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        overrides = {one["name"]: one for one in self.call.overrides.get("containerOverrides", [])}
        self.containers = [
            Container(one, overrides.get(one["name"], {}), self.call.programs.get(one["name"]))
            for one in self.call.definition.container_definitions
        ]
        self.change(last="PROVISIONING")

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
    def role(self) -> str | None:
        """The ARN of the role that its programs have. AWS: a name is one of the account's own."""
        named = self.call.overrides.get("taskRoleArn") or getattr(self.call.definition, "task_role_arn", None)
        return named if not named or ":" in named else f"arn:aws:iam::{self.account}:role/{named}"

    @property
    def main(self) -> Container:
        """The container that the task is for: the first essential one."""
        return next((one for one in self.containers if one.is_essential), self.containers[0])

    @property
    def has_succeeded(self) -> bool:
        """Whether the essential container whose end was the task's has exited with 0."""
        return self.decisive is not None and self.decisive.exit_code == 0

    def change(self, *, last: str | None = None, desired: str | None = None) -> None:
        """Go to a status, be wanted in one, or both; a change is told."""
        with self.lock:
            before = (self.last_status, self.desired_status)
            self.last_status, self.desired_status = last or self.last_status, desired or self.desired_status
            if before != (self.last_status, self.desired_status):
                self.version += 1
                self.call.tell(self)

    def mark(self, moment: str) -> None:
        """Note the time of ``startedAt``, ``stoppedAt`` and their like, once."""
        self.times.setdefault(moment, datetime.now(UTC))

    def wind_down(self, code: str, reason: str) -> None:
        """The task is to stop; a code and reason given earlier, such as StopTask's, stay."""
        with self.lock:
            self.stop_code = self.stop_code or code
            self.stopped_reason = self.stopped_reason or reason
            self.mark("stoppingAt")
            self.change(desired="STOPPED")

    def end(self, code: str, reason: str) -> None:
        """The task has stopped, and with it every container."""
        with self.lock:
            if self.stopped.is_set():
                return
            self.wind_down(code, reason)
            for container in self.containers:
                container.status = "STOPPED"
            self.mark("executionStoppedAt")
            self.change(last="DEPROVISIONING")
            self.mark("stoppedAt")
            self.change(last="STOPPED")
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
        told = {
            "attachments": self._attachments(),
            "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(definition)}],
            "availabilityZone": f"{self.region}a",
            "capacityProviderName": call.capacity_provider,
            "clusterArn": call.cluster.arn,
            "connectivity": "CONNECTED" if "connectivityAt" in self.times else None,
            "containers": [container.described(self.arn) for container in self.containers],
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
            "version": self.version,
            **self.times,
        }
        return {name: value for name, value in told.items() if value not in (None, "")}

    def _attachments(self) -> list[dict[str, Any]]:
        if not self.call.network:
            return []
        return [
            {
                "id": part_id(self.id, "network"),
                "type": "ElasticNetworkInterface",
                "status": "DELETED" if self.last_status == "STOPPED" else "ATTACHED",
                "details": [{"name": "subnetId", "value": self.call.network["subnets"][0]}],
            }
        ]

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


def _architecture(definition: Any) -> str:
    asked = (definition.runtime_platform or {}).get("cpuArchitecture", "X86_64")
    return "arm64" if asked == "ARM64" else "x86_64"
