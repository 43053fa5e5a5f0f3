"""An ECS task definition for Fargate: one container, its size, roles and log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws.faults import ClientError, code_of, message_of
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources.existing_role import ExistingRole  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.log_group import LogGroup  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.owned import PART_TAG, STACK_TAG, Owned, from_pairs, nominated, to_pairs
from s3ecs.resources.role import Role  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws

CONTAINER: Final = "worker"
EMPTY: Final[tuple[Any, ...]] = ([], {}, None, 0, "")


@dataclass(frozen=True, eq=False, kw_only=True)
class TaskDefinition(Owned):
    """Its id is its family; runs use the latest active revision, and there is one of those at a time."""

    kind: ClassVar[str] = "task-definition"

    image: str
    cpu: int
    memory: int
    architecture: str
    environment: Mapping[str, str]
    task_role: Role | ExistingRole
    execution_role: Role | ExistingRole
    log_group: LogGroup
    region: str

    def desired(self, ids: Ids) -> Props:
        return {
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": str(self.cpu),
            "memory": str(self.memory),
            "runtimePlatform": {"cpuArchitecture": self.architecture.upper(), "operatingSystemFamily": "LINUX"},
            "taskRoleArn": ids.of(self.task_role),
            "executionRoleArn": ids.of(self.execution_role),
            "containerDefinitions": [
                {
                    "name": CONTAINER,
                    "image": self.image,
                    "essential": True,
                    "environment": dict(sorted(self.environment.items())),
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": self.log_group.name,
                            "awslogs-region": self.region,
                            "awslogs-stream-prefix": self.part,
                        },
                    },
                }
            ],
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        found = _described(aws, self.name)
        if found is None:
            return None
        definition = found["taskDefinition"]
        tags = from_pairs(found.get("tags", ()), "key", "value")
        props = {
            **{key: definition.get(key, "") for key in REGISTERED},
            "containerDefinitions": [_container(each) for each in definition["containerDefinitions"]],
            "tags": self.own(tags),
        }
        return Observed(self.name, props, tags.get(STACK_TAG))

    def create(self, aws: Aws, props: Props) -> str:
        containers = [
            {**each, "environment": to_pairs(each["environment"], "name", "value")}
            for each in props["containerDefinitions"]
        ]
        aws.once_roles_are_seen(
            self.title,
            lambda: aws.ecs.register_task_definition(
                family=self.name,
                **{key: props[key] for key in REGISTERED},
                containerDefinitions=containers,
                tags=to_pairs(props["tags"], "key", "value"),
            ),
        )
        return self.name

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        # AWS: a revision never changes; runs use the latest, so those before it are taken out after it is in.
        # Its tags go with it, so others' are put on the next as well.
        former, latest = aws.together(lambda: _revisions(aws, self.name, "ACTIVE"), lambda: _described(aws, self.name))
        tags = from_pairs((latest or {}).get("tags", ()), "key", "value")
        self.create(aws, {**props, "tags": {**tags, **props["tags"]}})
        for arn in former:
            aws.ecs.deregister_task_definition(taskDefinition=arn)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        active, inactive = aws.together(
            lambda: _revisions(aws, found.name, "ACTIVE"), lambda: _revisions(aws, found.name, "INACTIVE")
        )
        if active:
            aws.together(*(_deregistering(aws, arn) for arn in active))
        gone = sorted({*active, *inactive})
        for ten in (gone[at : at + 10] for at in range(0, len(gone), 10)):
            aws.ecs.delete_task_definitions(taskDefinitions=ten)

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        revisions = nominated(aws, stack, aws.environment.arn("ecs", "task-definition/"))
        for family in sorted({name.rpartition(":")[0] for _, name, _ in revisions} - known):
            found = _described(aws, family)
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


def _described(aws: Aws, family: str) -> dict[str, Any] | None:
    """The latest active revision and its tags, None where there is none."""
    try:
        return dict(aws.ecs.describe_task_definition(taskDefinition=family, include=["TAGS"]))
    except ClientError as error:
        # AWS: the same code is given for other mistakes too.
        if code_of(error) == "ClientException" and "Unable to describe task definition" in message_of(error):
            return None
        raise


def _container(found: dict[str, Any]) -> dict[str, Any]:
    """A container as it was registered, without the empty values that AWS fills in."""
    kept = {key: _filled(value) for key, value in found.items() if value not in EMPTY}
    return {**kept, "environment": from_pairs(found.get("environment", ()), "name", "value")}


def _filled(value: Any) -> Any:
    """AWS: some empty lists stand deeper, such as a log configuration's secretOptions."""
    return {key: each for key, each in value.items() if each not in EMPTY} if isinstance(value, dict) else value


def _revisions(aws: Aws, family: str, status: str) -> list[str]:
    # AWS: familyPrefix has been the prefix of a family's name, so that another's revisions may be among them.
    listed = aws.pages(aws.ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix=family, status=status)
    return [arn for arn in listed if arn.rpartition(":")[0].endswith(f":task-definition/{family}")]


def _deregistering(aws: Aws, arn: str) -> Any:
    return lambda: aws.ecs.deregister_task_definition(taskDefinition=arn)
