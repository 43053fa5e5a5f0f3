"""One stack in the embedded AWS, worked with by commands that take it for any account."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3ecs import spec as specs
from s3ecs.aws import grant
from s3ecs.aws.connect import unconnected
from s3ecs.cli.needs import Needs
from s3ecs.image.making import Making
from s3ecs.runs import follow
from s3ecs.stack.build import build
from tests.connected import connected
from tests.resources.changes import CASES
from tests.resources.plainly import DISOWN
from tests.resources.scene import Scene

from .calls import pushing
from .evaluator import allows
from .recorder import Recorder, account_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from s3ecs.aws.session import Aws
    from s3ecs.engine.stack import Stack
    from s3ecs.local.control import Server

    from .evaluator import Request

REGION = "ap-south-1"
ACCOUNT = "123456789012"
EVENT = {"detail": {"bucket": {"name": "asks-bucket"}, "object": {"key": "old/a", "size": 1}}}
CLI = Path(__file__).with_name("container_cli.py")


@dataclass(frozen=True)
class Course:
    """A spec, and what IAM would have been asked while it was worked with."""

    stack: Stack
    needs: Needs
    asked: dict[str, list[Request]]
    denied: dict[str, set[str]]
    """By use what the policy of the spec that was there at the time would not have allowed."""

    def policy(self, use: str) -> dict[str, Any]:
        """What ``s3ecs permissions --for USE`` prints."""
        return grant.document(self.needs.of(use))


class World:
    """A folder with a spec and the folder ``program`` that an image is built from."""

    def __init__(self, folder: Path, embedded: Server, clients: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
        self.embedded, self.patch, self.folder = embedded, patch, folder
        patch.chdir(folder)
        patch.setenv("S3ECS_SETTLE_SECONDS", "0")
        patch.setattr(follow, "LATE_LINES", follow.LATE_LINES_LOCAL)  # none come late here
        self.client: Callable[[str], Any] = lambda service: clients(service, region=REGION)
        self.recorder = Recorder(account_of(self.client, ACCOUNT, REGION), patch)
        self.denied: dict[str, set[str]] = {}
        self.seen: dict[str, int] = {}
        self.file = folder / "s3ecs.yaml"
        self.aws: Aws = connected(embedded, REGION)
        self.pushed = folder / "pushed"
        self._container_cli()

    def _container_cli(self) -> None:
        cli = self.folder / "podman"
        cli.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{CLI}" "$@"\n', encoding="utf-8")
        cli.chmod(0o755)
        self.patch.setenv("S3ECS_CONTAINER_CLI", str(cli))
        self.patch.setenv("XDG_CACHE_HOME", str(self.folder / "cache"))
        self.patch.setenv("PUSHED", str(self.pushed))
        self.program("FROM scratch")

    def program(self, text: str) -> None:
        """The Dockerfile of ``program``."""
        file = self.folder / "program" / "Dockerfile"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def write(self, **keys: Any) -> None:
        """The spec."""
        self.file.write_text(json.dumps({"region": REGION, **keys}), encoding="utf-8")

    def start(self, job: str) -> None:
        """A run, and a task that no run has started."""
        self.client("stepfunctions").start_execution(stateMachineArn=self._machine(job), input=json.dumps(EVENT))
        self.run_task(job)

    def _machine(self, job: str) -> str:
        return self.aws.environment.arn("states", f"stateMachine:{self.needs.spec.name}-{job}")

    def run_task(self, job: str) -> str:
        """A task that no run has started; returns its ARN."""
        definition = json.loads(
            self.client("stepfunctions").describe_state_machine(stateMachineArn=self._machine(job))["definition"]
        )
        network = definition["States"]["Run"]["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
        ran = self.client("ecs").run_task(
            cluster=self.needs.spec.name,
            taskDefinition=f"{self.needs.spec.name}-{job}",
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": network["Subnets"],
                    "securityGroups": network["SecurityGroups"],
                }
            },
        )
        return str(ran["tasks"][0]["taskArn"])

    def type(self, use: str, *arguments: str) -> Any:
        """A command as in any account."""
        with self.patch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self.embedded.endpoint)
            patch.setenv("AWS_ACCESS_KEY_ID", self.embedded.access_key)
            patch.setenv("AWS_SECRET_ACCESS_KEY", self.embedded.secret_key)
            try:
                return self.recorder.type(use, *arguments)
            finally:
                self._judge(use)

    def _judge(self, use: str) -> None:
        """Whether what is asked since is allowed by the policy of the spec that is there now."""
        asked = self.recorder.asked[use]
        if self.pushed.exists():
            for reference in self.pushed.read_text(encoding="utf-8").splitlines():
                asked.extend(pushing(self.recorder.account, reference))
            self.pushed.unlink()
        policy = grant.document(self.needs.of(use))
        new = {str(each): each for each in asked[self.seen.get(use, 0) :]}
        self.denied.setdefault(use, set()).update(told for told, each in new.items() if not allows(policy, each))
        self.seen[use] = len(asked)

    @property
    def needs(self) -> Needs:
        """As the command makes it."""
        spec = specs.load(self.file)
        environment = unconnected(account=ACCOUNT, region=REGION, profile=None)
        return Needs(spec, build(spec, environment, Making(lambda _line, _of: None)), environment)

    def course(self) -> Course:
        """What has come of it so far."""
        needs = self.needs
        return Course(needs.stack, needs, self.recorder.asked, self.denied)

    def drift(self, kinds: Callable[[str], bool]) -> None:
        """Every setting of these kinds, changed behind the stack's back."""
        scenes = {scene.subject.kind: scene for scene in self._scenes()}
        for case in CASES:
            if kinds(case.kind) and case.kind in scenes:
                case.act(scenes[case.kind])

    def disown(self) -> set[str]:
        """The stack's tag, taken off whatever carries it; returns the kinds of these."""
        found = [scene for scene in self._scenes() if scene.subject.kind in DISOWN]
        for scene in found:
            DISOWN[scene.subject.kind](scene)
        # What was remembered of their tags is not so any more.
        self.recorder.account = account_of(self.client, ACCOUNT, REGION)
        return {scene.subject.kind for scene in found}

    def _scenes(self) -> list[Scene]:
        stack, aws = self.needs.stack, self.aws.fresh()
        given = {each.key: each.read(aws) for each in stack.resources}
        scenes = [Scene(self.aws, each) for each in stack.resources]
        for scene in scenes:
            scene.__dict__["given"] = given
        return scenes
