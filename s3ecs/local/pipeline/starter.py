"""From a container to its running program: what runs it, and the environment that AWS would give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.local.pipeline import container_words
from s3ecs.local.pipeline.contained import Contained
from s3ecs.local.pipeline.container_words import Variables
from s3ecs.local.pipeline.engine import Engine
from s3ecs.local.pipeline.process import Process
from s3ecs.local.programs import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from s3ecs.local.home import Home
    from s3ecs.local.keeping.runs import Runs
    from s3ecs.local.pipeline.container import Container
    from s3ecs.local.pipeline.role_sessions import RoleSessions
    from s3ecs.local.pipeline.started import Started
    from s3ecs.local.pipeline.task import Task


class Starter:
    """Starts programs; ``admit`` is told by which name, other than 127.0.0.1, containers call this server."""

    def __init__(
        self, home: Home, endpoint: str, sessions: RoleSessions, runs: Runs, admit: Callable[[str], None]
    ) -> None:
        self._home = home
        self._runs = runs
        self._endpoint = endpoint
        self._sessions = sessions
        self._admit = admit

    def start(self, task: Task, container: Container) -> Started:
        """The running program. Raises OSError or ValueError where it cannot run."""
        program, name = container.program, f"{task.id}-{container.name}"
        assert program is not None  # noqa: S101  (without one it is never started)
        if task.call.execution is not None:
            self._runs.ran(task.call.execution, task.arn)
        region = {"AWS_REGION": task.region, "AWS_DEFAULT_REGION": task.region}
        ours = {"AWS_ENDPOINT_URL": self._endpoint, **self._sessions.variables(task)}
        environment = region | container.environment | ours  # AWS: what the definition says of a region stays
        if isinstance(program, Image):
            engine = Engine.of(program, self._home)
            variables = Variables.of(self._seen_from(engine, environment))
            words = container_words.words(engine, task, container, program, variables)
            return Contained(self._home, engine, name, words, variables)
        return Process(self._home, name, program, container.command, environment)

    def _seen_from(self, engine: Engine, environment: Mapping[str, str]) -> Mapping[str, str]:
        """The variables with this machine's address as a container behind a virtual machine has it."""
        if engine.host is None:
            return environment
        self._admit(engine.host)
        return {**environment, "AWS_ENDPOINT_URL": engine.reaching(environment["AWS_ENDPOINT_URL"])}
