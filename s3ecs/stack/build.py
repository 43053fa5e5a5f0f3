"""From a spec and an environment to a stack: which resources there are and how they belong together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypedDict

from s3ecs.engine.stack import Stack
from s3ecs.resources import (
    STAGES,
    Bucket,
    Cluster,
    ExistingBucket,
    ExistingCluster,
    ExistingRole,
    LogGroup,
    Queue,
    Role,
    Rule,
    StateMachine,
    Target,
    TaskDefinition,
)
from s3ecs.resources.owned import PART_TAG, STACK_TAG
from s3ecs.resources.role import path_of
from s3ecs.stack import roles
from s3ecs.stack.definition import Where, definition
from s3ecs.stack.existing import boundary_arn, existing_roles, name_of, refuse_own_roles
from s3ecs.stack.images import image_of
from s3ecs.stack.names import StackNames
from s3ecs.stack.network import place
from s3ecs.stack.notes import notes
from s3ecs.stack.pattern import event_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.engine.resource import Resource
    from s3ecs.resources.policy import Statement
    from s3ecs.spec.model import Job, Spec


def build(spec: Spec, environment: Environment) -> Stack:
    """Everything that ``spec`` asks for in ``environment``; pure. Raises UsageError where it cannot be had together."""
    resources = tuple(_Builder(spec, environment).resources())
    refuse_own_roles(resources)
    return Stack(spec.name, resources, STAGES, notes=tuple(notes(spec)))


def bucket_name(spec: Spec, environment: Environment) -> str:
    """The bucket's name with account and region filled in."""
    return spec.bucket.name.replace("${account}", environment.account).replace("${region}", environment.region)


class _Common(TypedDict):
    """What all resources of one part are given."""

    part: str | None
    tags: dict[str, str]


class _Builder:
    """What serves all jobs, made once, and what serves one, made for each."""

    def __init__(self, spec: Spec, environment: Environment) -> None:
        self.spec, self.environment = spec, environment
        self.names = StackNames(spec.name, environment.region)
        self.tags = {**spec.tags, STACK_TAG: spec.name}
        shared = _Common(part=None, tags=self.tags)
        bucket = bucket_name(spec, environment)
        self.bucket = (
            ExistingBucket(name=bucket, stack=spec.name) if spec.bucket.existing else Bucket(name=bucket, **shared)
        )
        self.cluster = (
            ExistingCluster(name=spec.cluster.existing, stack=spec.name)
            if spec.cluster.existing
            else Cluster(name=self.names.cluster, **shared)
        )
        self.path = spec.path or path_of(spec.name, environment.region)
        self.boundary = boundary_arn(spec, environment)
        self.existing_roles = existing_roles(spec)
        self.place = place(spec.network, self.names, self.tags, environment)
        self.dead_letters = Queue(
            name=self.names.dead_letters,
            statements=(roles.dead_letter_statement(environment, self.names.dead_letters, self.names.rules),),
            **shared,
        )
        self.machine_log = LogGroup(name=self.names.machine_log_group, retention_days=spec.log_retention_days, **shared)
        machines = [self.names.job(job.name).machine for job in spec.jobs]
        self.events_role = Role(
            name=self.names.events_role,
            path=self.path,
            boundary=self.boundary,
            trust=self._trust(roles.trust_rules(environment, self.names.rules)),
            statements=roles.events(
                [environment.arn("states", f"stateMachine:{name}") for name in machines],
                environment.arn("states", f"stateMachine:{spec.name}-*"),
            ),
            **shared,
        )

    def resources(self) -> Iterator[Resource]:
        yield self.bucket
        yield self.cluster
        yield from self.place.resources
        yield self.dead_letters
        yield self.machine_log
        yield self.events_role
        yield from self.existing_roles.values()
        for job in self.spec.jobs:
            yield from self._job(job)

    def _job(self, job: Job) -> Iterator[Resource]:
        names, environment = self.names.job(job.name), self.environment
        own = _Common(part=job.name, tags={**self.tags, PART_TAG: job.name})
        image = image_of(job, self.spec, environment)
        lines = LogGroup(name=names.log_group, retention_days=self.spec.log_retention_days, **own)

        def role(purpose: str, trust: Statement, statements: tuple[Statement, ...]) -> Role:
            return Role(
                name=names.role(purpose),
                path=self.path,
                boundary=self.boundary,
                trust=self._trust(trust),
                statements=statements,
                **own,
            )

        own_task_role = role("task", roles.trust_tasks(environment), roles.task(job, environment, self.bucket.name))
        task_role = self._existing(job.task_role) or own_task_role
        own_execution_role = role(
            "execution", roles.trust_tasks(environment), roles.execution(environment, image, names.log_group)
        )
        execution_role = self._existing(job.execution_role) or own_execution_role
        task_definition = TaskDefinition(
            name=names.family,
            image=image,
            cpu=job.cpu,
            memory=job.memory,
            architecture=job.architecture,
            environment={
                key: template.literal for key, template in job.environment.items() if template.literal is not None
            },
            task_role=task_role,
            execution_role=execution_role,
            log_group=lines,
            region=environment.region,
            **own,
        )
        passed = [
            environment.iam(f"role{each.path}{each.name}") if isinstance(each, Role) else each
            for each in (task_role, execution_role)
        ]
        machine_role = role(
            "machine",
            roles.trust_machines(environment),
            roles.machine(environment, self.cluster.name, names.family, passed),
        )
        where = Where(
            run_task=f"arn:{environment.partition}:states:::ecs:runTask.sync",
            cluster=environment.arn("ecs", f"cluster/{self.cluster.name}"),
            family=names.family,
            public_ip=self.place.public_ip,
        )
        machine = StateMachine(
            name=names.machine,
            definition=partial(definition, job, where),
            role=machine_role,
            log_group=self.machine_log,
            cluster=self.cluster,
            subnets=self.place.subnets,
            security_groups=self.place.security_groups,
            after=self.place.ways,  # no run begins where there is no way out yet
            **own,
        )
        rule = Rule(
            name=names.rule,
            pattern=event_pattern(job, self.bucket.name, environment),
            description=f"s3ecs: objects of {self.bucket.name} that start a run of {job.name}",
            **own,
        )
        # No event is let through before everything that its run needs is there.
        target = Target(
            name=names.rule,
            part=job.name,
            after=(task_definition,),
            rule=rule,
            machine=machine,
            role=self.events_role,
            dead_letters=self.dead_letters,
        )
        made = (each for each in (task_role, execution_role) if isinstance(each, Role))
        yield from (lines, *made, task_definition, machine_role, machine, rule, target)

    def _trust(self, statement: Statement) -> tuple[Statement, ...]:
        return (statement if self.spec.trust_conditions else roles.unconditional(statement),)

    def _existing(self, written: str | None) -> ExistingRole | None:
        return self.existing_roles[name_of(written)] if written else None
