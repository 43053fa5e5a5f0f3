"""A container's program as a process: its own process group, its environment, a note of it on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from s3ecs.local import processes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.local.home import Home
    from s3ecs.local.keeping.runs import Runs
    from s3ecs.local.pipeline.container import Container
    from s3ecs.local.pipeline.task import Task

_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Starter:
    """Starts processes, and clears away what they leave."""

    def __init__(self, home: Home, credentials: Mapping[str, str], runs: Runs) -> None:
        self._home = home
        self._runs = runs
        self._credentials = dict(credentials)

    def start(self, task: Task, container: Container) -> subprocess.Popen[bytes]:
        """The running process. Raises OSError or ValueError where it cannot run."""
        assert container.program is not None  # noqa: S101  (without one it is never started)
        if task.call.execution is not None:
            self._runs.ran(task.call.execution, task.arn)
        process = subprocess.Popen(
            [os.fsencode(word) for word in container.argv],
            cwd=container.program.folder,
            env=self._environment(task, container),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        processes.remember(self._home, _note(task, container), process.pid)
        return process

    def clear_away(self, task: Task, container: Container, process: subprocess.Popen[bytes]) -> None:
        """AWS: a container ends with its first process, whatever it left running."""
        processes.end_group(process.pid, signal.SIGKILL)
        processes.forget(self._home, _note(task, container))

    def _environment(self, task: Task, container: Container) -> dict[str, str]:
        given = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        region = {"AWS_REGION": task.region, "AWS_DEFAULT_REGION": task.region}
        return given | container.environment | self._credentials | region


def _note(task: Task, container: Container) -> str:
    return f"{task.id}-{container.name}"
