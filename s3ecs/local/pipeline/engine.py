"""A container engine as its CLI tells of it: what it can limit, and how its containers reach this machine."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s3ecs.local.programs import Image

_ANSWERS_WITHIN = 30.0  # seconds
_HOSTS = {"podman": "host.containers.internal"}
_HOST = "host.docker.internal"  # docker's name for the machine, and finch's


@dataclass(frozen=True)
class Engine:
    """What differs from engine to engine; ``host`` is None where containers share this machine's own network."""

    cli: str
    kind: str
    cpus: float
    host: str | None = None
    limits_cpu: bool = False
    limits_memory: bool = False
    limits_swap: bool = False

    @classmethod
    def of(cls, image: Image) -> Engine:
        """The engine that holds the image; asked once. Raises OSError where it cannot be asked."""
        return _asked(image.cli, image.kind)

    def told(self, *words: str, within: float = _ANSWERS_WITHIN) -> str:
        """What its CLI answers; empty where it fails, as it does for a container that is not there, or hangs."""
        try:
            done = subprocess.run(
                [self.cli, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                timeout=within,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.decode(errors="replace")


@functools.cache
def _asked(cli: str, kind: str) -> Engine:
    try:
        done = subprocess.run(
            [cli, "info", "--format", "{{json .}}"], capture_output=True, timeout=_ANSWERS_WITHIN, check=True
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise OSError(f"{cli} does not say what it can do: {error}") from error
    return _podman(cli, kind, told) if "host" in told else _docker(cli, kind, told)


def _podman(cli: str, kind: str, told: dict[str, Any]) -> Engine:
    host = told["host"]
    controllers = host.get("cgroupControllers") or []
    # Without root the first version of cgroups limits nothing.
    able = not host["security"]["rootless"] or host.get("cgroupVersion") == "v2"
    return Engine(
        cli,
        kind,
        cpus=host["cpus"],
        host=_named(kind, is_here=not host.get("serviceIsRemote")),
        limits_cpu=able and "cpu" in controllers,
        limits_memory=able and "memory" in controllers,
        limits_swap=able and "memory" in controllers,
    )


def _docker(cli: str, kind: str, told: dict[str, Any]) -> Engine:
    return Engine(
        cli,
        kind,
        cpus=told.get("NCPU", 1),
        host=_named(kind, is_here="Desktop" not in told.get("OperatingSystem", "")),
        limits_cpu=told.get("CpuCfsQuota", True),
        limits_memory=told.get("MemoryLimit", True),
        limits_swap=told.get("SwapLimit", False),
    )


def _named(kind: str, *, is_here: bool) -> str | None:
    return None if is_here and sys.platform == "linux" else _HOSTS.get(kind, _HOST)
