"""A Step Functions state machine: one execution of it is one run of a job."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources import executions, tasks
from s3ecs.resources.cluster import Cluster  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.existing_cluster import ExistingCluster  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.log_group import LogGroup  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.network import Network
from s3ecs.resources.owned import (
    PART_TAG,
    STACK_TAG,
    Owned,
    Tags,
    carrying,
    from_pairs,
    making,
    nominated,
    to_pairs,
    with_tags,
)
from s3ecs.resources.role import Role  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.security_group import SecurityGroup  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.subnet import Subnet  # noqa: TC001 - dataclasses look at annotations

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

GONE: Final = {"StateMachineDoesNotExist"}
DELETING: Final = "StateMachineDeleting"
OWN_KEY: Final = "AWS_OWNED_KEY"


@dataclass(frozen=True, eq=False, kw_only=True)
class StateMachine(Owned):
    """Its id is its ARN.

    ``definition`` makes the document from subnets and security groups, which only AWS can name. ``cluster`` is where
    its tasks run, under the machine's own name as their family.
    """

    kind: ClassVar[str] = "state-machine"
    fixed: ClassVar[frozenset[str]] = frozenset({"type"})

    definition: Callable[[Any, Any], dict[str, Any]]
    role: Role
    log_group: LogGroup
    cluster: Cluster | ExistingCluster
    subnets: Network | tuple[Subnet, ...]
    security_groups: Network | tuple[SecurityGroup, ...]

    def desired(self, ids: Ids) -> Props:
        groups = (
            ids.setting(self.security_groups, "security_groups")
            if isinstance(self.security_groups, Network)
            else [ids.of(each) for each in self.security_groups]
        )
        subnets = (
            ids.setting(self.subnets, "subnets")
            if isinstance(self.subnets, Network)
            else [ids.of(each) for each in self.subnets]
        )
        return {
            "type": "STANDARD",
            "definition": self.definition(subnets, groups),
            "role": ids.of(self.role),
            "logging": {"level": "ERROR", "data": False, "group": self.log_group.name},
            "tracing": False,
            "encryption": OWN_KEY,
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        arn = aws.environment.arn("states", f"stateMachine:{self.name}")
        machine, tags = with_tags(aws, self.tags, arn, lambda: _described(aws, arn), lambda: _tags(aws, arn))
        if machine is None:
            return None
        props = {
            "type": machine["type"],
            "definition": _parsed(machine["definition"]),
            "role": machine["roleArn"],
            "logging": _logging(aws, machine.get("loggingConfiguration", {})),
            "tracing": machine.get("tracingConfiguration", {}).get("enabled", False),
            "encryption": _encryption(machine.get("encryptionConfiguration", {})),
            "tags": self.own(tags),
        }
        return Observed(arn, props, tags.get(STACK_TAG))

    def create(self, aws: Aws, props: Props) -> str:
        tags = to_pairs(props["tags"], "key", "value")

        def make() -> None:
            aws.stepfunctions.create_state_machine(
                name=self.name, type="STANDARD", tags=tags, **self._request(aws, props)
            )

        with making("StateMachineAlreadyExists"):
            # AWS: a deleted machine keeps its name until its last execution has ended.
            aws.again_while(
                {DELETING},
                f"the former {self.title} to be gone",
                lambda: aws.once_roles_are_seen(self.title, make),
                seconds=300,
                every=3,
            )
        return aws.environment.arn("states", f"stateMachine:{self.name}")

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        arn = aws.environment.arn("states", f"stateMachine:{self.name}")
        if changed - {"tags"}:
            aws.once_roles_are_seen(
                self.title,
                lambda: aws.stepfunctions.update_state_machine(stateMachineArn=arn, **self._request(aws, props)),
            )
        if "tags" in changed:
            aws.stepfunctions.tag_resource(resourceArn=arn, tags=to_pairs(props["tags"], "key", "value"))

    def _request(self, aws: Aws, props: Props) -> dict[str, Any]:
        logging = props["logging"]
        group = aws.environment.arn("logs", f"log-group:{logging['group']}:*")  # AWS: must end with :*
        return {
            "definition": json.dumps(props["definition"], ensure_ascii=False),
            "roleArn": props["role"],
            "loggingConfiguration": {
                "level": logging["level"],
                "includeExecutionData": logging["data"],
                "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
            },
            # AWS: what an update leaves out stays as somebody else has set it.
            "tracingConfiguration": {"enabled": props["tracing"]},
            "encryptionConfiguration": {"type": props["encryption"]},
        }

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        # AWS: deleting a machine cuts its executions at their next transition, and leaves a task under way running;
        # stopping an execution stops its task.
        running, clusters = aws.together(
            lambda: executions.running(aws, found.id), lambda: unless(GONE, lambda: _clusters(aws, found.id)) or set()
        )
        if running:
            executions.stop_all(aws, found.id, found.name)
            what = f"the runs of {found.name} to stop"
            aws.wait_until(what, lambda: not executions.running(aws, found.id), seconds=300, every=2)
        # A task may outlive its execution, and the cluster of the stack's that would end it.
        aws.together(
            lambda: aws.stepfunctions.delete_state_machine(stateMachineArn=found.id),  # AWS: fine where there is none
            *(partial(tasks.stop_family, aws, cluster, found.name) for cluster in sorted(clusters)),
        )
        what = f"state machine {found.name} to be deleted"
        aws.wait_until(what, lambda: _gone(aws, found), seconds=300, every=2)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        own, of_stack = (environment.arn("states", f"stateMachine:{name}") for name in (self.name, f"{self.stack}-*"))
        runs = environment.arn("states", f"execution:{self.stack}-*")
        yield grant.read("states:DescribeStateMachine", "states:ListTagsForResource", on=of_stack)
        yield grant.create("states:CreateStateMachine", "states:TagResource", on=own)
        yield grant.update("states:UpdateStateMachine", "states:TagResource", on=own)
        yield grant.pass_role([self.role.arn(environment)], "states")
        removing = ("states:DeleteStateMachine", "states:ListExecutions")
        yield grant.delete(*removing, on=of_stack, when=carrying(self.stack))
        # AWS: "for tag-based authorization, state machine execution resources inherit the tags associated with a state
        # machine" ("Creating tag-based IAM policies in Step Functions").
        yield grant.delete("states:StopExecution", on=runs, when=carrying(self.stack))
        yield from tasks.stopping(environment, self.cluster.name)

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for arn, name, _ in nominated(aws, stack, aws.environment.arn("states", "stateMachine:")):
            if name not in known and _described(aws, arn) is not None:
                tags = _tags(aws, arn)
                if tags.get(STACK_TAG) == stack:
                    yield Found(cls.kind, name, arn, tags.get(PART_TAG))


def _gone(aws: Aws, found: Found) -> bool:
    if unless(GONE, lambda: aws.stepfunctions.describe_state_machine(stateMachineArn=found.id)) is None:
        return True
    # AWS: a removed rule may start some more runs for a moment, and a machine stays until the last has ended.
    executions.stop_all(aws, found.id, found.name)
    return False


def _described(aws: Aws, arn: str) -> dict[str, Any] | None:
    """The machine, None where it is absent or on its way out."""
    found = unless(GONE, lambda: aws.stepfunctions.describe_state_machine(stateMachineArn=arn))
    return None if found is None or found.get("status") == "DELETING" else dict(found)


def _parsed(definition: str) -> Any:
    try:
        return json.loads(definition)
    except ValueError:
        return definition


def _logging(aws: Aws, found: dict[str, Any]) -> dict[str, Any]:
    destinations = found.get("destinations") or [{}]
    arn = destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
    return {
        "level": found.get("level", "OFF"),
        "data": found.get("includeExecutionData", False),
        "group": arn.removesuffix(":*").removeprefix(aws.environment.arn("logs", "log-group:")),
    }


def _encryption(found: dict[str, Any]) -> str:
    """AWS's own key, or the id of a customer's."""
    return str(found.get("kmsKeyId") or found.get("type", OWN_KEY))


def _clusters(aws: Aws, arn: str) -> set[str]:
    """The clusters that a machine's tasks run in, read from its definition."""
    return set(_named(_parsed(aws.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"])))


def _named(definition: Any) -> Iterator[str]:
    """What any state that runs a task calls its cluster; somebody may have put any other definition in."""
    if isinstance(definition, list):
        for part in definition:
            yield from _named(part)
    if not isinstance(definition, dict):
        return
    given = definition.get("Parameters")
    if "ecs:runTask" in str(definition.get("Resource")) and isinstance(given, dict):
        cluster = given.get("Cluster")
        if isinstance(cluster, str):
            yield cluster
    for part in definition.values():
        yield from _named(part)


def _tags(aws: Aws, arn: str) -> Tags:
    found = unless({"ResourceNotFound"}, lambda: aws.stepfunctions.list_tags_for_resource(resourceArn=arn)["tags"])
    return from_pairs(found or (), "key", "value")
