"""From a spec and an environment to a stack: which resources there are and how they belong together."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from s3ecs.engine.stack import Stack
from s3ecs.resources import (
    STAGES,
    AppliedSpec,
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
from s3ecs.spec.meaning import fingerprint
from s3ecs.stack import roles
from s3ecs.stack.containers import containers
from s3ecs.stack.definition import Where, definition
from s3ecs.stack.existing import boundary_arn, existing_roles, keys, name_of, refuse_own_roles
from s3ecs.stack.images import Images
from s3ecs.stack.names import StackNames, log_group_of
from s3ecs.stack.network import place
from s3ecs.stack.notes import notes
from s3ecs.stack.pattern import event_pattern
from s3ecs.stack.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.engine.resource import Resource
    from s3ecs.resources.policy import Statement
    from s3ecs.spec.model import Job, Spec
    from s3ecs.stack.images import Maker


def build(spec: Spec, environment: Environment, maker: Maker | None = None, *, rebuild: bool = False) -> Stack:
    """Everything that ``spec`` asks for in ``environment``; pure. Raises UsageError where it cannot be had together.

    ``maker`` builds folders; with ``rebuild`` it does so although there are images of the same contents. A build or a
    push may fail at length, so nothing else is changed before it.
    """
    images = Images(spec, environment, maker, anew=rebuild)
    resources = tuple(_Builder(spec, environment, images).resources())
    refuse_own_roles(resources)
    first = frozenset(each.key for each in images.resources())
    return Stack(spec.name, resources, STAGES, notes=tuple(notes(spec)), first=first)


def bucket_name(spec: Spec, environment: Environment) -> str:
    """The bucket's name with account and region filled in."""
    return spec.bucket.name.replace("${account}", environment.account).replace("${region}", environment.region)


class _Common(TypedDict):
    """What all resources of one part are given."""

    part: str | None
    tags: dict[str, str]


class _Builder:
    """What serves all jobs, made once, and what serves one, made for each."""

    def __init__(self, spec: Spec, environment: Environment, images: Images) -> None:
        self.spec, self.environment, self.images = spec, environment, images
        self.names = StackNames(spec.name, environment.region)
        self.tags = {**spec.tags, STACK_TAG: spec.name}
        shared = _Common(part=None, tags=self.tags)
        self.keys = keys(spec)
        self.key = self.keys.get(spec.bucket.kms_key)
        self.bucket = self._bucket(shared)
        self.sources = Sources(spec)
        spot = any(job.spot for job in spec.jobs)
        self.cluster = (
            ExistingCluster(name=spec.cluster.existing, stack=spec.name, spot=spot)
            if spec.cluster.existing
            else Cluster(name=self.names.cluster, spot=spot, **shared)
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
        self.machine_log = self._log_group(self.names.machine_log_group, shared)
        self.shared_logs = {self.machine_log.name: self.machine_log}
        for name, users in Counter(log_group_of(job, self.names) for job in spec.jobs).items():
            if users > 1 and name not in self.shared_logs:
                self.shared_logs[name] = self._log_group(name, shared)
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
        yield from self.keys.values()
        yield from self.sources.resources()
        yield self.bucket
        yield self.cluster
        yield from self.place.resources
        yield self.dead_letters
        yield from self.shared_logs.values()
        yield self.events_role
        yield from self.existing_roles.values()
        for job in self.spec.jobs:
            yield from self._job(job)
        yield from self.images.resources()
        yield AppliedSpec(name=self.spec.name, queue=self.dead_letters, hash=fingerprint(self.spec))

    def _log_group(self, name: str, common: _Common) -> LogGroup:
        return LogGroup(
            name=name,
            retention_days=self.spec.log_retention_days,
            encrypted_by=self.keys.get(self.spec.log_kms_key),
            **common,
        )

    def _job(self, job: Job) -> Iterator[Resource]:
        names, environment = self.names.job(job.name), self.environment
        own = _Common(part=job.name, tags={**self.tags, **job.tags, PART_TAG: job.name})
        group = log_group_of(job, self.names)
        lines = self.shared_logs.get(group) or self._log_group(group, own)
        run_in_task = containers(
            job, environment, group, self.sources, lambda part: self.images.of(part, job, names, own)
        )

        def role(purpose: str, trust: Statement, statements: tuple[Statement, ...]) -> Role:
            return Role(
                name=names.role(purpose),
                path=self.path,
                boundary=self.boundary,
                trust=self._trust(trust),
                statements=statements,
                **own,
            )

        own_task_role = role(
            "task", roles.trust_tasks(environment), roles.task(job, environment, self.bucket.name, self.key)
        )
        task_role = self._existing(job.task_role) or own_task_role
        own_execution_role = role(
            "execution",
            roles.trust_tasks(environment),
            roles.execution(environment, [each["image"] for each in run_in_task], group, self.sources.read_by(job)),
        )
        execution_role = self._existing(job.execution_role) or own_execution_role
        task_definition = TaskDefinition(
            name=names.family,
            containers=run_in_task,
            cpu=job.cpu,
            memory=job.memory,
            architecture=job.architecture,
            ephemeral_storage=job.ephemeral_storage,
            task_role=task_role,
            execution_role=execution_role,
            log_group=lines,
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
        if group not in self.shared_logs:
            yield lines
        made = (each for each in (task_role, execution_role) if isinstance(each, Role))
        yield from (*made, task_definition, machine_role, machine, rule, target)

    def _bucket(self, common: _Common) -> Bucket | ExistingBucket:
        name, wanted = bucket_name(self.spec, self.environment), self.spec.bucket
        if wanted.existing:
            return ExistingBucket(name=name, stack=self.spec.name, encrypted_by=self.key)
        return Bucket(name=name, versioning=wanted.versioning, encrypted_by=self.key, **common)

    def _trust(self, statement: Statement) -> tuple[Statement, ...]:
        return (statement if self.spec.trust_conditions else roles.unconditional(statement),)

    def _existing(self, written: str | None) -> ExistingRole | None:
        return self.existing_roles[name_of(written)] if written else None
