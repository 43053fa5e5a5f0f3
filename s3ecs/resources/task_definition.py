"""An ECS task definition for Fargate: its containers, their size and roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.hidden import look_into
from s3ecs.aws.lost import make_once
from s3ecs.engine.resource import UNKNOWN, Found, Ids, Observed, Props
from s3ecs.resources import revisions
from s3ecs.resources.existing_role import ExistingRole  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.image import Image
from s3ecs.resources.log_group import LogGroup  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.owned import PART_TAG, STACK_TAG, Owned, asking_for, carrying, from_pairs, nominated, to_pairs
from s3ecs.resources.role import Role  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.secret import Source  # noqa: TC001 - one import for all of this kind

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

CONTAINER: Final = "worker"
LEAST_STORAGE: Final = 20  # GiB


@dataclass(frozen=True, eq=False, kw_only=True)
class TaskDefinition(Owned):
    """Its id is its family; runs use the latest active revision, and there is one of those at a time.

    ``containers`` are as ECS has them, but for what holds pairs: ``environment`` maps a variable to its text, and
    ``secrets`` to where its value is kept and the JSON key in it, if any; ``image`` may be an Image, which is pinned to
    its digest. ``ephemeral_storage`` is in GiB.
    """

    kind: ClassVar[str] = "task-definition"

    containers: tuple[Mapping[str, Any], ...]
    cpu: int
    memory: int
    architecture: str
    ephemeral_storage: int
    task_role: Role | ExistingRole
    execution_role: Role | ExistingRole
    log_group: LogGroup

    def desired(self, ids: Ids) -> Props:
        return {
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": str(self.cpu),
            "memory": str(self.memory),
            "runtimePlatform": {"cpuArchitecture": self.architecture.upper(), "operatingSystemFamily": "LINUX"},
            "taskRoleArn": ids.of(self.task_role),
            "executionRoleArn": ids.of(self.execution_role),
            "ephemeralStorage": {"sizeInGiB": self.ephemeral_storage},
            "containerDefinitions": [
                {
                    **each,
                    "image": ids.of(each["image"]) if isinstance(each["image"], Image) else each["image"],
                    "secrets": {name: _value_from(ids, *where) for name, where in each["secrets"].items()},
                }
                for each in self.containers
            ],
            "extras": {},
            "active_revisions": 1,
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        found, active = self._latest(aws)
        if found is None:
            return None
        definition = found["taskDefinition"]
        storage = definition.get("ephemeralStorage", {"sizeInGiB": LEAST_STORAGE})
        tags = from_pairs(found.get("tags", ()), "key", "value")
        props = {
            **{key: definition.get(key, "") for key in REGISTERED},
            "ephemeralStorage": storage,
            "containerDefinitions": [_container(each) for each in definition["containerDefinitions"]],
            "extras": {key: definition[key] for key in EXTRAS if definition.get(key)},
            "active_revisions": active,
            "tags": self.own(tags),
        }
        return self._observed(props, found)

    def glance(self, aws: Aws) -> Observed | None:
        found = revisions.latest(aws, self.name)
        return None if found is None else self._observed({}, found)

    def _observed(self, props: Props, found: dict[str, Any]) -> Observed:
        return Observed(self.name, props, from_pairs(found.get("tags", ()), "key", "value").get(STACK_TAG))

    def _latest(self, aws: Aws) -> tuple[dict[str, Any] | None, int]:
        """The latest active revision, and how many there are: a run that ended before its last call left two.

        The first of a family is the only one. Where the index has heard of another they are counted at the same time.
        """

        def count() -> int:
            return len(revisions.listed(aws, self.name, "ACTIVE"))

        ours = nominated(aws, self.stack, aws.environment.arn("ecs", f"task-definition/{self.name}:"))
        if any(revision != "1" for _, revision, _ in ours):
            found, active = aws.together(partial(revisions.latest, aws, self.name), count)
            return found, active
        found = revisions.latest(aws, self.name)
        return found, 1 if found is None or found["taskDefinition"]["revision"] == 1 else count()

    def create(self, aws: Aws, props: Props) -> str:
        self._register(aws, props, former=None)
        return self.name

    def _register(self, aws: Aws, props: Props, former: str | None) -> None:
        """Put in a revision, the latest of which was ``former``."""
        containers = [
            {
                **each,
                "environment": to_pairs(each["environment"], "name", "value"),
                "secrets": to_pairs(each["secrets"], "name", "valueFrom"),
            }
            for each in props["containerDefinitions"]
        ]
        storage = props["ephemeralStorage"]
        # AWS: the least is what a task has anyway, and refused when it is asked for.
        more = {"ephemeralStorage": storage} if storage["sizeInGiB"] > LEAST_STORAGE else {}
        register = partial(
            aws.ecs.register_task_definition,
            family=self.name,
            **{key: props[key] for key in REGISTERED},
            **more,
            containerDefinitions=containers,
            tags=to_pairs(props["tags"], "key", "value"),
        )

        def find() -> dict[str, Any] | None:
            found = revisions.latest(aws, self.name)
            return None if found is None or revisions.arn_of(found) == former else found

        make_once(aws, self.title, lambda: aws.once_roles_are_seen(self.title, register), find)

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        # AWS: a revision never changes; runs use the latest, so those before it are taken out after it is in.
        # Its tags go with it, so others' are put on the next as well.
        active, latest = aws.together(
            lambda: revisions.listed(aws, self.name, "ACTIVE"), lambda: revisions.latest(aws, self.name)
        )
        former = revisions.arn_of(latest) if latest else None
        is_right = changed == {"active_revisions"}
        if not is_right:
            # AWS: tags of its own, such as CloudFormation's, begin so, and nobody else may ask for one.
            others = from_pairs((latest or {}).get("tags", ()), "key", "value")
            kept = {key: text for key, text in others.items() if not key.startswith("aws:")}
            self._register(aws, {**props, "tags": {**kept, **props["tags"]}}, former)
        for arn in active:
            if not (is_right and arn == former):
                revisions.deregister(aws, arn)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        active, inactive = aws.together(
            lambda: revisions.listed(aws, found.name, "ACTIVE"), lambda: revisions.listed(aws, found.name, "INACTIVE")
        )
        if active:
            aws.together(*(partial(revisions.deregister, aws, arn) for arn in active))
        gone = sorted({*active, *inactive})
        for ten in (gone[at : at + 10] for at in range(0, len(gone), 10)):
            answer = aws.ecs.delete_task_definitions(taskDefinitions=ten)
            # AWS: one that a try whose answer was lost has deleted is a failure as well, told by words alone.
            if answer.get("failures") and revisions.left(aws, found.name) & set(ten):
                look_into("DeleteTaskDefinitions", answer)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        own, of_stack = (environment.arn("ecs", f"task-definition/{name}:*") for name in (self.name, f"{self.stack}-*"))
        yield grant.unleveled("ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions")
        # AWS: whoever is denied is denied it on *, so a policy that names the family does not let it in.
        yield grant.create("ecs:RegisterTaskDefinition", on=grant.EVERYTHING, when=asking_for(self.stack))
        yield grant.create("ecs:TagResource", on=own)
        passed = (self.task_role, self.execution_role)
        yield grant.pass_role([arn for role in passed for arn in role.may_be(environment)], "ecs-tasks")
        yield grant.unleveled("ecs:DeregisterTaskDefinition", verb=grant.Verb.UPDATE)
        yield grant.unleveled("ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition", verb=grant.Verb.DELETE)
        yield grant.delete("ecs:DeleteTaskDefinitions", on=of_stack, when=carrying(self.stack))
        # Of a family that was adopted the revisions from before carry no tag.
        yield grant.delete("ecs:DeleteTaskDefinitions", on=own)

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        ours = nominated(aws, stack, aws.environment.arn("ecs", "task-definition/"))
        for family in sorted({name.rpartition(":")[0] for _, name, _ in ours} - known):
            found = revisions.latest(aws, family)
            if found is not None:
                tags = from_pairs(found.get("tags", ()), "key", "value")
                if tags.get(STACK_TAG) == stack:
                    yield Found(cls.kind, family, family, tags.get(PART_TAG))


REGISTERED = (
    "requiresCompatibilities",
    "networkMode",
    "cpu",
    "memory",
    "runtimePlatform",
    "taskRoleArn",
    "executionRoleArn",
)
EXTRAS = (
    "volumes",
    "placementConstraints",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "enableFaultInjection",
)
"""What a revision of somebody else's may have besides, and ours never has."""


def _container(found: dict[str, Any]) -> dict[str, Any]:
    """A container as it was registered, without the empty values that AWS fills in."""
    return {
        **_filled(found),
        "environment": from_pairs(found.get("environment", ()), "name", "value"),
        "secrets": from_pairs(found.get("secrets", ()), "name", "valueFrom"),
    }


def _value_from(ids: Ids, source: Source, json_key: str | None) -> Any:
    """AWS: behind an ARN stand JSON key, version stage and version, all of them or none."""
    arn = ids.of(source)
    return arn if json_key is None or arn is UNKNOWN else f"{arn}:{json_key}::"


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    """AWS: some empty values stand deeper, such as a log configuration's secretOptions; False is none of them."""
    deep = {key: _filled(value) if isinstance(value, dict) else value for key, value in found.items()}
    return {key: value for key, value in deep.items() if value or value is False}
