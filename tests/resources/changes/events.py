"""Every setting of a rule and of its target, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .case import OTHER, Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene


def _put_rule(scene: Scene, **changed: Any) -> None:
    found = scene.aws.events.describe_rule(Name=scene.name)
    settings = ("Name", "EventPattern", "State", "Description", "ScheduleExpression", "RoleArn")
    kept = {key: found[key] for key in settings if key in found}
    scene.aws.events.put_rule(**{**kept, **changed})


MINUTELY = "rate(1 minute)"
RULE = (
    Case("rule", "pattern.source", ["aws.ec2"], lambda scene: _put_rule(scene, EventPattern=_pattern(scene))),
    Case("rule", "state", "DISABLED", lambda scene: scene.aws.events.disable_rule(Name=scene.name)),
    Case("rule", "schedule", MINUTELY, lambda scene: _put_rule(scene, ScheduleExpression=MINUTELY)),
    Case("rule", "role", OTHER, lambda scene: _put_rule(scene, RoleArn=OTHER)),
    Case("rule", "description", "mine", lambda scene: _put_rule(scene, Description="mine")),
    Case(
        "rule",
        "tags.team",
        "other",
        lambda scene: scene.aws.events.tag_resource(
            ResourceARN=scene.seen().id, Tags=[{"Key": "team", "Value": "other"}]
        ),
    ),
)


def _pattern(scene: Scene) -> str:
    return json.dumps({**scene.desired["pattern"], "source": ["aws.ec2"]})


def _put_target(scene: Scene, *, without: str = "", **changed: Any) -> None:
    (found,) = scene.aws.events.list_targets_by_rule(Rule=scene.name)["Targets"]
    target = {key: value for key, value in {**found, **changed}.items() if key != without}
    scene.aws.events.put_targets(Rule=scene.name, Targets=[target])


OTHER_MACHINE = "arn:aws:states:eu-north-1:123456789012:stateMachine:other"
OTHER_QUEUE = "arn:aws:sqs:eu-north-1:999999999999:turn-target-dead-letters"
FEW = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 3}
TARGET = (
    Case("target", "machine", OTHER_MACHINE, lambda scene: _put_target(scene, Arn=OTHER_MACHINE)),
    Case("target", "role", OTHER, lambda scene: _put_target(scene, RoleArn=OTHER)),
    Case(
        "target",
        "dead_letters",
        OTHER_QUEUE,
        lambda scene: _put_target(scene, DeadLetterConfig={"Arn": OTHER_QUEUE}),
    ),
    Case("target", "dead_letters", "", lambda scene: _put_target(scene, without="DeadLetterConfig")),
    Case("target", "retry.MaximumRetryAttempts", 3, lambda scene: _put_target(scene, RetryPolicy=FEW)),
    Case("target", "input", "InputPath", lambda scene: _put_target(scene, InputPath="$.detail")),
)
