"""A container engine as its CLI tells of it: what it can limit, and how its containers reach this machine."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from s3ecs.image import docker_config, heeded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.local.home import Home
    from s3ecs.local.programs import Image

_ANSWERS_WITHIN = 30.0  # seconds
_HOSTS = {"podman": "host.containers.internal"}
_HOST = "host.docker.internal"  # docker's name for the machine, and finch's
_asking = threading.Lock()


@dataclass(frozen=True)
class Engine:
    """What differs from engine to engine; ``host`` is None where containers share this machine's own network.

    ``said`` are the variables that lead to it, ``for_runs`` those that the CLI has besides when it runs a container.
    """

    cli: str
    kind: str
    cpus: float
    host: str | None = None
    limits_cpu: bool = False
    limits_memory: bool = False
    limits_swap: bool = False
    said: Mapping[str, str] = field(default_factory=dict, hash=False)
    for_runs: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, image: Image, home: Home) -> Engine:
        """The engine that holds the image; asked once. Raises OSError where it cannot be asked."""
        with _asking:  # two at once would both write what is kept of it
            return _asked(image.cli, image.kind, tuple(sorted(image.engine.items())), home)

    @property
    def environment(self) -> dict[str, str]:
        """The CLI's, whatever is asked of it."""
        return heeded.speaking_to(self.said)

    def reaching(self, endpoint: str) -> str:
        """An address on this machine as its containers have it."""
        return endpoint if self.host is None else endpoint.replace("127.0.0.1", self.host)

    def told(self, *words: str, within: float = _ANSWERS_WITHIN) -> str:
        """What its CLI answers; empty where it fails, as it does for a container that is not there, or hangs."""
        try:
            done = subprocess.run(
                [self.cli, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self.environment,
                start_new_session=True,
                timeout=within,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.decode(errors="replace")


@functools.cache
def _asked(cli: str, kind: str, pairs: tuple[tuple[str, str], ...], home: Home) -> Engine:
    said = dict(pairs)
    try:
        done = subprocess.run(
            [cli, "info", "--format", "{{json .}}"],
            env=heeded.speaking_to(said),
            capture_output=True,
            timeout=_ANSWERS_WITHIN,
            check=True,
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise OSError(f"{cli} does not say what it can do: {error}") from error
    engine = _podman(cli, kind, told) if "host" in told else _docker(cli, kind, told)
    return replace(engine, said=said, for_runs=_without_proxies(home, said) if kind == "docker" else {})


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


def _without_proxies(home: Home, said: Mapping[str, str]) -> dict[str, str]:
    """What keeps docker's CLI from giving containers the proxies of the user's configuration, above the task's own."""
    own = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    folder = home.docker / own  # another engine's may be in use
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return docker_config.without_proxies(folder, docker_config.LOGINS, said)


def _named(kind: str, *, is_here: bool) -> str | None:
    return None if is_here and sys.platform == "linux" else _HOSTS.get(kind, _HOST)
