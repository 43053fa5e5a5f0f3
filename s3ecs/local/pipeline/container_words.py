"""The command line that runs a container as a task definition describes it; no value of a variable is in it.

A variable's value is in the environment of the CLI, which passes it on. One whose name the CLI itself may heed, such as
PATH or a proxy, is in a file that nobody else can open.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from s3ecs.image.heeded import heeds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.local.pipeline.container import Container
    from s3ecs.local.pipeline.engine import Engine
    from s3ecs.local.pipeline.task import Task
    from s3ecs.local.programs import Image

_UNITS = 1024  # of CPU in a vCPU
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Variables:
    """A container's variables on their way into it: for the CLI's environment, and for a file with one in a line."""

    passed: Mapping[str, str]
    filed: Mapping[str, str]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Variables:
        """Sort them. Raises ValueError for one that cannot be passed at all."""
        passed, filed = {}, {}
        for name, value in environment.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"a variable cannot be called {name!a}")
            heeded, in_a_line = heeds(name), "\n" not in value and "\r" not in value
            if heeded and not in_a_line:
                raise ValueError(f"the value of {name} cannot have several lines")
            if heeded or (name in os.environ and in_a_line):
                filed[name] = value
            else:
                passed[name] = value
        return cls(passed, filed)

    def file(self) -> IO[bytes]:
        """An open file without a name, of the variables that are not passed."""
        made = tempfile.TemporaryFile()  # noqa: SIM115  (the CLI has it open too; whoever asked closes it)
        made.write(
            "".join(f"{name}={value}\n" for name, value in self.filed.items()).encode("utf-8", "surrogateescape")
        )
        made.seek(0)
        return made


def words(engine: Engine, task: Task, container: Container, image: Image, variables: Variables) -> Iterator[str]:
    """Options of ``run``, the image and the command; the file of variables is to be the CLI's standard input."""
    yield from ("--pull", "never", *_place(engine), *_limits(engine, task, container))
    yield from _hardened(engine, container.definition)
    for variable in variables.passed:
        yield from ("--env", variable)
    if variables.filed:
        yield from ("--env-file", "/dev/stdin")
    first, *rest = container.definition.get("entryPoint") or [""]
    if first:
        yield f"--entrypoint={first}"
    yield image.id
    yield from rest
    yield from container.command


def _place(engine: Engine) -> Iterator[str]:
    """Where it runs: on the machine's own network, as a task's containers have one address together."""
    if engine.host is None:
        yield from ("--network", "host")
    if engine.kind == "podman":
        yield from ("--http-proxy=false", "--log-driver", "none")  # a task has the variables that it is given
    elif engine.kind == "docker":
        yield from ("--log-driver", "none")


def _limits(engine: Engine, task: Task, container: Container) -> Iterator[str]:
    """AWS: a container may take all that its task has, unless it says less."""
    overrides, definition = task.call.overrides, task.call.definition
    cpu = overrides.get("cpu") or definition.cpu
    if cpu and engine.limits_cpu:
        yield f"--cpus={min(int(cpu) / _UNITS, engine.cpus):g}"
    whole = overrides.get("memory") or definition.memory
    memory = container.override.get("memory") or container.definition.get("memory") or whole
    if memory and engine.limits_memory:
        yield f"--memory={int(memory)}m"
        if engine.limits_swap:
            yield f"--memory-swap={int(memory)}m"  # AWS: there is no swap


def _hardened(engine: Engine, definition: Mapping[str, Any]) -> Iterator[str]:
    """What of a container's definition is about its system."""
    if definition.get("readonlyRootFilesystem"):
        yield "--read-only"
        if engine.kind == "podman":
            yield "--read-only-tmpfs=false"
    system: Mapping[str, Any] = definition.get("linuxParameters") or {}
    # None is added: a program has this server's keys, and could ask for a task that gets hold of the machine.
    # AWS: Fargate, too, adds none but SYS_PTRACE.
    yield from (f"--cap-drop={each}" for each in (system.get("capabilities") or {}).get("drop") or ())
    if system.get("initProcessEnabled"):
        yield "--init"
    for each in system.get("tmpfs") or ():
        options = ",".join([f"size={each['size']}m", *each.get("mountOptions", ())])
        yield f"--tmpfs={each['containerPath']}:{options}"
    for key, option in (("user", "--user"), ("workingDirectory", "--workdir")):
        if definition.get(key):
            yield f"{option}={definition[key]}"
