"""Every setting of a state machine and of a task definition, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.engine.change import ABSENT
from s3ecs.resources.owned import to_pairs
from tests.resources.plainly import container, register

from .case import OTHER, Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene


def _update_machine(scene: Scene, **changed: Any) -> None:
    scene.aws.stepfunctions.update_state_machine(stateMachineArn=scene.seen().id, **changed)


def _comment(scene: Scene) -> str:
    return json.dumps({**scene.desired["definition"], "Comment": "mine"})


def _log(scene: Scene, **changed: Any) -> dict[str, Any]:
    found = scene.aws.stepfunctions.describe_state_machine(stateMachineArn=scene.seen().id)["loggingConfiguration"]
    return {**found, **changed}


MACHINE = (
    Case(
        "state-machine", "definition.Comment", "mine", lambda scene: _update_machine(scene, definition=_comment(scene))
    ),
    Case("state-machine", "role", OTHER, lambda scene: _update_machine(scene, roleArn=OTHER)),
    Case(
        "state-machine",
        "logging.level",
        "ALL",
        lambda scene: _update_machine(scene, loggingConfiguration=_log(scene, level="ALL")),
    ),
    Case(
        "state-machine",
        "logging.data",
        True,
        lambda scene: _update_machine(scene, loggingConfiguration=_log(scene, includeExecutionData=True)),
    ),
    Case(
        "state-machine",
        "tracing",
        True,
        lambda scene: _update_machine(scene, tracingConfiguration={"enabled": True}),
    ),
    Case(
        "state-machine",
        "encryption",
        "alias/mine",
        lambda scene: _update_machine(
            scene, encryptionConfiguration={"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/mine"}
        ),
    ),
    Case(
        "state-machine",
        "tags.team",
        ABSENT,
        lambda scene: scene.aws.stepfunctions.untag_resource(resourceArn=scene.seen().id, tagKeys=["team"]),
    ),
)


def _log_elsewhere(scene: Scene) -> None:
    log = scene.desired["containerDefinitions"][0]["logConfiguration"]
    container(scene, logConfiguration={**log, "options": {**log["options"], "awslogs-stream-prefix": "mine"}})


def _secret_of_theirs(scene: Scene) -> None:
    arn = "arn:aws:ssm:eu-north-1:123456789012:parameter/theirs"
    container(scene, secrets=[{"name": "TOKEN", "valueFrom": arn}])


def _other_sidecar(scene: Scene) -> None:
    found = scene.aws.ecs.describe_task_definition(taskDefinition=scene.name)["taskDefinition"]
    worker, proxy = found["containerDefinitions"]
    register(scene, containerDefinitions=[worker, {**proxy, "image": "mine:1"}])


def _with_a_volume(scene: Scene) -> None:
    register(scene, volumes=[{"name": "mine", "host": {}}])


DEFINITION = (
    Case("task-definition", "cpu", "256", lambda scene: register(scene, cpu="256")),
    Case("task-definition", "memory", "2048", lambda scene: register(scene, memory="2048")),
    Case(
        "task-definition",
        "runtimePlatform.cpuArchitecture",
        "ARM64",
        lambda scene: register(scene, runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}),
    ),
    Case("task-definition", "taskRoleArn", OTHER, lambda scene: register(scene, taskRoleArn=OTHER)),
    Case("task-definition", "executionRoleArn", OTHER, lambda scene: register(scene, executionRoleArn=OTHER)),
    Case("task-definition", "containerDefinitions.0.image", "mine:1", lambda scene: container(scene, image="mine:1")),
    Case(
        "task-definition",
        "containerDefinitions.0.entryPoint",
        ["sh"],
        lambda scene: container(scene, entryPoint=["sh"]),
    ),
    Case(
        "task-definition",
        "containerDefinitions.0.environment.ENV",
        "prod",
        lambda scene: container(scene, environment=[{"name": "ENV", "value": "prod"}]),
    ),
    Case(
        "task-definition",
        "containerDefinitions.0.secrets.TOKEN",
        "arn:aws:ssm:eu-north-1:123456789012:parameter/theirs",
        _secret_of_theirs,
    ),
    Case(
        "task-definition",
        "containerDefinitions.0.readonlyRootFilesystem",
        False,
        lambda scene: container(scene, readonlyRootFilesystem=False),
    ),
    Case(
        "task-definition",
        "containerDefinitions.0.linuxParameters.capabilities",
        ABSENT,
        lambda scene: container(scene, linuxParameters={"initProcessEnabled": True}),
    ),
    Case("task-definition", "containerDefinitions.1.image", "mine:1", _other_sidecar),
    Case(
        "task-definition",
        "ephemeralStorage.sizeInGiB",
        21,
        lambda scene: register(scene, ephemeralStorage={"sizeInGiB": 21}),
    ),
    Case(
        "task-definition",
        "containerDefinitions.0.logConfiguration.options.awslogs-stream-prefix",
        "mine",
        _log_elsewhere,
    ),
    Case("task-definition", "extras.pidMode", "task", lambda scene: register(scene, pidMode="task")),
    Case("task-definition", "extras.volumes", [{"name": "mine", "host": {}}], _with_a_volume),
    Case("task-definition", "active_revisions", 2, lambda scene: register(scene, beside=True)),
    Case(
        "task-definition",
        "tags.team",
        "other",
        lambda scene: register(scene, tags=to_pairs({**scene.desired["tags"], "team": "other"}, "key", "value")),
    ),
)
