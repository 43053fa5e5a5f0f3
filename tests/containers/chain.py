"""A family of task definitions whose containers run in the engine, without a spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.local import programs
from s3ecs.local.programs import Image
from tests.engines import BUSYBOX
from tests.local.chain import Pipeline, wait_for

if TYPE_CHECKING:
    from tests.engines import Engine


@dataclass
class Chain(Pipeline):
    """Shell scripts in BUSYBOX or in the image of this id, as one container ``main`` or as several."""

    engine: Engine = field(kw_only=True)
    identity: str = ""

    def __post_init__(self) -> None:
        self.name = f"c{self.name}"
        super().__post_init__()

    def define(self, **containers: dict[str, Any]) -> None:
        """Register the family with these containers, and let the image run for each of them."""
        identity = self.identity or self.engine.id(BUSYBOX)
        with pytest.MonkeyPatch.context() as patch:  # where an up would be run
            for variable in self.engine.env.items():
                patch.setenv(*variable)
            allowed = Image(f"sha256:{identity}", self.engine.path, self.engine.kind)
        programs.save(self.home, self.name, {self.name: dict.fromkeys(containers, allowed)})
        logs = {"awslogs-group": f"/{self.name}", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "s3ecs"}
        configuration = {"logDriver": "awslogs", "options": logs}
        self.ecs.register_task_definition(
            family=self.name,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="512",
            memory="1024",
            taskRoleArn=self.role,
            containerDefinitions=[
                {"name": name, "image": "any", "logConfiguration": configuration, **settings}
                for name, settings in containers.items()
            ],
        )

    def ran(self, script: str, **settings: Any) -> tuple[dict[str, Any], list[str]]:
        """A task of one container that runs the script, once it has stopped, and the lines that it printed."""
        self.define(main=shell(script, **settings))
        task = self.stopped(self.run_task()["taskArn"])
        return task, self.lines(task["taskArn"])

    def lines(self, arn: str, container: str = "main") -> list[str]:
        """What the container has printed so far; nothing while it is still being started."""
        stream = f"s3ecs/{container}/{arn.rpartition('/')[2]}"
        try:
            found = self.logs.get_log_events(logGroupName=f"/{self.name}", logStreamName=stream, startFromHead=True)
        except self.logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found["events"]]

    def begun(self, **containers: dict[str, Any]) -> str:
        """The ARN of a task of these containers, each of which has printed a line."""
        self.define(**containers)
        arn = str(self.run_task()["taskArn"])
        wait_for(lambda: all(self.lines(arn, name) for name in containers))
        return arn

    def wait_until_gone(self) -> None:
        """Until the engine holds no container of a task; fails when there is one left in the end."""
        wait_for(lambda: not self.engine.containers())


def shell(script: str, **settings: Any) -> dict[str, Any]:
    """What a container definition says so that its image runs the script."""
    return {"entryPoint": ["sh", "-c", script, "sh"], **settings}
