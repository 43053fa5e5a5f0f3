"""The target of a rule: the state machine that an event starts, and where the event goes when it cannot."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws import grant
from s3ecs.aws.hidden import look_into
from s3ecs.engine.resource import Found, Ids, Observed, Props, Resource
from s3ecs.resources.owned import PART_TAG
from s3ecs.resources.queue import Queue  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.role import Role  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.rule import CHANGING, GONE, Rule, retired, take_target_off, targets_of
from s3ecs.resources.state_machine import StateMachine  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

# AWS: the longest that EventBridge tries, and its default.
RETRY = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
SEEN_WITHIN = 60.0  # seconds


@dataclass(frozen=True, eq=False, kw_only=True)
class Target(Resource):
    """Its name is its rule's, and so is its id there; it has no tags and is ours as its rule is."""

    kind: ClassVar[str] = "target"

    rule: Rule
    machine: StateMachine
    role: Role
    dead_letters: Queue

    def desired(self, ids: Ids) -> Props:
        return {
            "machine": ids.of(self.machine),
            "role": ids.of(self.role),
            "dead_letters": self.dead_letters.name,
            "retry": RETRY,
            "input": "the event",
        }

    def read(self, aws: Aws) -> Observed | None:
        target = _own(aws, self.name)
        if target is None:
            return None
        queue = target.get("DeadLetterConfig", {}).get("Arn", "")
        changed_input = sorted({"Input", "InputPath", "InputTransformer"} & target.keys())
        props = {
            "machine": target["Arn"],
            "role": target.get("RoleArn", ""),
            "dead_letters": queue.removeprefix(aws.environment.arn("sqs", "")),
            "retry": {**RETRY, **target.get("RetryPolicy", {})},
            "input": ", ".join(changed_input) or "the event",
        }
        return Observed(self.name, props, self.rule.stack)

    def create(self, aws: Aws, props: Props) -> str:
        aws.wait_for_roles()
        target = {
            "Id": self.name,
            "Arn": props["machine"],
            "RoleArn": props["role"],
            "RetryPolicy": props["retry"],
            "DeadLetterConfig": {"Arn": aws.environment.arn("sqs", props["dead_letters"])},
        }
        # AWS: a rule just put may not be seen yet.
        answer = aws.again_while(
            GONE | {CHANGING},
            f"rule {self.name} to be seen",
            lambda: aws.events.put_targets(Rule=self.name, Targets=[target]),
            seconds=SEEN_WITHIN,
        )
        look_into("PutTargets", answer)
        return self.name

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        self.create(aws, props)  # AWS: putting a target replaces the one of the same id whole

    def grants(self, environment: Environment) -> Iterator[Grant]:
        rule = environment.arn("events", f"rule/{self.name}")
        # Those of retired rules are read too. Whoever may delete a rule may take its targets off.
        yield grant.read("events:ListTargetsByRule", on=environment.arn("events", f"rule/{self.rule.stack}-*"))
        yield grant.create("events:PutTargets", on=rule)
        yield grant.pass_role([self.role.arn(environment)], "events")

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        take_target_off(aws, found.name)

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for name, _, tags in retired(aws, stack, known):
            if _own(aws, name) is not None:
                yield Found(cls.kind, name, name, tags.get(PART_TAG))


def _own(aws: Aws, rule: str) -> dict[str, Any] | None:
    return next((each for each in targets_of(aws, rule) if each["Id"] == rule), None)
