"""An EventBridge rule on the default bus: which objects start a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws import grant
from s3ecs.aws.faults import ClientError, code_of, unless
from s3ecs.aws.hidden import look_into
from s3ecs.engine.resource import Exists, Found, Ids, Observed, Props, kept_for
from s3ecs.resources.owned import PART_TAG, STACK_TAG, Owned, Tags, carrying, from_pairs, to_pairs, with_tags

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

GONE = {"ResourceNotFoundException"}
CHANGING = "ConcurrentModificationException"  # AWS: said while somebody else changes the rule or its targets
CHANGED_WITHIN = 60.0  # seconds
HAS_TARGETS = {"ValidationException", CHANGING}
NEVER = "none"
NOBODY = "none"


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule(Owned):
    """Its id is its ARN."""

    kind: ClassVar[str] = "rule"
    guarded: ClassVar[bool] = True  # AWS: a rule with targets cannot be deleted

    pattern: Mapping[str, Any]
    description: str

    def desired(self, ids: Ids) -> Props:
        return {
            "pattern": self.pattern,
            "state": "ENABLED",
            "schedule": NEVER,  # AWS: one beside a pattern starts runs of its own, without any object
            "role": NOBODY,
            "description": self.description,
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        arn = aws.environment.arn("events", f"rule/{self.name}")
        rule, tags = with_tags(
            aws, self.tags, arn, lambda: _listed(aws, self.stack).get(self.name), lambda: tags_of(aws, arn)
        )
        if rule is None:
            return None
        props = {
            "pattern": json.loads(rule.get("EventPattern", "{}")),
            "state": rule["State"],
            "schedule": rule.get("ScheduleExpression", NEVER),
            "role": rule.get("RoleArn", NOBODY),
            "description": rule.get("Description", ""),
            "tags": self.own(tags),
        }
        return Observed(rule["Arn"], props, tags.get(STACK_TAG))

    def create(self, aws: Aws, props: Props) -> str:
        # AWS: PutRule replaces a rule that is there, also one that somebody else has made since the plan.
        if unless(GONE, lambda: aws.events.describe_rule(Name=self.name)) is not None:
            raise Exists(f"PutRule: there is a rule {self.name} by now")
        return self._put(aws, **self._request(props), Tags=to_pairs(props["tags"]))

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        if changed - {"tags"}:
            # AWS: PutRule replaces the whole rule but for its targets, so that a schedule or a role that it does not
            # name is gone, and ignores tags on a rule that exists.
            self._put(aws, **self._request(props))
        if "tags" in changed:
            arn = aws.environment.arn("events", f"rule/{self.name}")
            aws.events.tag_resource(ResourceARN=arn, Tags=to_pairs(props["tags"]))

    def _put(self, aws: Aws, **request: Any) -> str:
        what = f"another change of {self.title} to end"
        put = partial(aws.events.put_rule, **request)
        return str(aws.again_while({CHANGING}, what, put, seconds=CHANGED_WITHIN)["RuleArn"])

    def _request(self, props: Props) -> dict[str, Any]:
        pattern = json.dumps(props["pattern"], separators=(",", ":"), ensure_ascii=False)
        return {
            "Name": self.name,
            "EventPattern": pattern,
            "State": props["state"],
            "Description": props["description"],
        }

    @classmethod
    def serves(cls, aws: Aws, name: str) -> str | None:
        others = [each for each in targets_of(aws, name) if each["Id"] != name]
        return "targets of others" if others else None

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        """Raises Refused where it has targets of others."""

        def gone() -> bool:
            try:
                aws.events.delete_rule(Name=found.name)  # AWS: fine where there is none
            except ClientError as error:
                if code_of(error) not in HAS_TARGETS:
                    raise
                return False
            return True

        if gone():
            return
        if others := cls.serves(aws, found.name):
            raise kept_for(others)
        # AWS: targets just removed may still be seen for a while.
        take_target_off(aws, found.name)
        aws.wait_until(f"the targets of rule {found.name} to leave", gone, seconds=300)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        own, of_stack = (environment.arn("events", f"rule/{name}") for name in (self.name, f"{self.stack}-*"))
        yield grant.read("events:ListTagsForResource", on=of_stack)
        yield grant.create("events:DescribeRule", "events:PutRule", "events:TagResource", on=own)
        yield grant.update("events:PutRule", "events:TagResource", on=own)
        removing = ("events:DeleteRule", "events:ListTargetsByRule", "events:RemoveTargets")
        yield grant.delete(*removing, on=of_stack, when=carrying(self.stack))

    @classmethod
    def seeking(cls, environment: Environment, stack: str) -> Iterator[Grant]:
        yield grant.unleveled("events:ListRules")

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for name, arn, tags in retired(aws, stack, known):
            yield Found(cls.kind, name, arn, tags.get(PART_TAG))


def retired(aws: Aws, stack: str, known: frozenset[str]) -> Iterator[tuple[str, str, Tags]]:
    """(name, ARN, tags) of the stack's rules but for those in ``known``."""
    for name, rule in _listed(aws, stack).items():
        if name not in known:
            tags = tags_of(aws, rule["Arn"])
            if tags.get(STACK_TAG) == stack:
                yield name, rule["Arn"], tags


def targets_of(aws: Aws, rule: str) -> list[dict[str, Any]]:
    """All targets of a rule, others' among them; none where it is absent."""

    def ask() -> list[dict[str, Any]]:
        return list(unless(GONE, lambda: aws.events.list_targets_by_rule(Rule=rule)["Targets"]) or ())

    return aws.once(f"targets of {rule}", ask)


def take_target_off(aws: Aws, rule: str) -> None:
    """Our own target, which has the rule's name; fine where it is gone, or the rule is."""
    answer = aws.again_while(
        {CHANGING},
        f"another change of rule {rule} to end",
        lambda: unless(GONE, lambda: aws.events.remove_targets(Rule=rule, Ids=[rule])),
        seconds=CHANGED_WITHIN,
    )
    look_into("RemoveTargets", answer or {}, fine=GONE)


def _listed(aws: Aws, stack: str) -> dict[str, Any]:
    """All rules whose name begins as the stack's do, others' among them: one list serves every job."""

    def ask() -> dict[str, Any]:
        return {rule["Name"]: rule for rule in aws.pages(aws.events, "list_rules", "Rules", NamePrefix=f"{stack}-")}

    return aws.once(f"rules of {stack}", ask)


def tags_of(aws: Aws, arn: str) -> Tags:
    """All tags of a rule, none where it is absent."""

    def ask() -> Tags:
        return from_pairs(unless(GONE, lambda: aws.events.list_tags_for_resource(ResourceARN=arn)["Tags"]) or ())

    return aws.once(f"tags of {arn}", ask)
