"""What most commands begin with: the spec, the way to AWS, the stack. Imported by commands' bodies only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from s3ecs import spec as specs
from s3ecs.aws.connect import connect
from s3ecs.aws.faults import told
from s3ecs.cli import mfa
from s3ecs.cli.embedded import serve
from s3ecs.cli.images import remarked
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import Action, Plan, plan
from s3ecs.image.making import Making
from s3ecs.local import programs
from s3ecs.local.home import Home
from s3ecs.local.keeping import stacks
from s3ecs.local.keeping.stacks import Applied
from s3ecs.report.talk import Talk
from s3ecs.resources.owned import index_of, listed
from s3ecs.stack.build import bucket_name, build
from s3ecs.stack.names import StackNames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from s3ecs.aws.session import Aws
    from s3ecs.cli.options import Options
    from s3ecs.engine.stack import Stack
    from s3ecs.local.programs import Image, Program
    from s3ecs.runs.run import Run
    from s3ecs.spec.model import Job, Spec

    Runners = Mapping[str, Mapping[str, Program | Image]]

# The embedded AWS knows every region; without a word from anybody it is this one.
LOCAL_REGION = "us-east-1"


@dataclass(frozen=True)
class Work:
    """One spec in one environment; where that is the embedded AWS, ``home`` is its folder and ``runners`` what runs."""

    spec: Spec
    aws: Aws
    stack: Stack
    talk: Talk
    home: Home | None
    options: Options
    file: Path
    making: Making
    runners: Runners

    @property
    def bucket(self) -> str:
        """The name of the stack's bucket."""
        return bucket_name(self.spec, self.aws.environment)

    @property
    def cluster(self) -> str:
        """The name of the cluster that the stack's tasks run in."""
        return self.spec.cluster.existing or self.names.cluster

    @property
    def where(self) -> str:
        """Account and region in words."""
        environment = self.aws.environment
        account = "the embedded AWS" if environment.local else f"account {environment.account}"
        return f"{account}, {environment.region}"

    @property
    def names(self) -> StackNames:
        """The names of everything in the stack."""
        return StackNames(self.spec.name, self.aws.environment.region)

    def index(self) -> Future[dict[str, Any]] | None:
        """What the tagging index said of the stack before anything else was asked; None where it did not answer."""
        early = self.aws.early
        return None if early is None or early.exception() is not None else early

    def machine_arn(self, job: str) -> str:
        """The ARN of a job's state machine."""
        return self.aws.environment.arn("states", f"stateMachine:{self.names.job(job).machine}")

    def job_of(self, run: Run) -> Job:
        """The job that a run belongs to."""
        machine = run.arn.split(":")[-2]
        return next(job for job in self.spec.jobs if self.names.job(job.name).machine == machine)


def open_work(
    options: Options,
    *,
    to_leave: bool = False,
    rebuild: bool = False,
    seeking: bool = True,
    choose: Callable[[Spec, Talk, Making], Runners] | None = None,
) -> Work:
    """Read the spec, find the account, build the stack. Nothing is sent before the spec is clean.

    ``to_leave`` looks at no folder of an image, ``rebuild`` has all of them built although their images are there.
    Without ``seeking`` nothing asks for all that the stack has. ``choose`` says what is to run the jobs in the embedded
    AWS, where it is that.
    """
    file = specs.find(options.spec)
    spec = specs.load(file)
    talk = Talk(quiet=options.quiet, as_json=options.as_json, explain=told)
    home = Home.default() if options.is_local else None
    making = Making(talk.line, anew=rebuild)
    runners = choose(spec, talk, making) if home and choose else {}
    with talk.during("asking AWS who we are"):
        aws = _local(spec, home, options, talk) if home else _real(spec, options, talk, seeking=seeking)
    stack = build(spec, aws.environment, None if to_leave or home else making, rebuild=rebuild)
    return Work(spec, aws, stack, talk, home, options, file, making, runners)


def _real(spec: Spec, options: Options, talk: Talk, *, seeking: bool) -> Aws:
    # The SDK itself looks at AWS_DEFAULT_REGION and the profile, and not at the variable that all the others know.
    region = options.region or spec.region or os.environ.get("AWS_REGION") or None
    early = ("resourcegroupstaggingapi", partial(listed, stack=spec.name)) if seeking else None
    return connect(
        region=region,
        profile=options.profile,
        account=spec.account,
        tell=talk.waiting,
        early=early,
        ask=partial(mfa.code, talk),
    )


def _local(spec: Spec, home: Home, options: Options, talk: Talk) -> Aws:
    """The embedded AWS, started where it is not running; its account is always the same, whichever the spec names."""
    server = serve(home, talk)
    return connect(
        region=options.region or spec.region or LOCAL_REGION,
        account=None,
        keys={"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key},
        endpoint=server.endpoint,
        tell=talk.waiting,
    )


def decide(work: Work, stack: Stack, *, delete_data: bool = False, adopt: bool = False) -> Plan:
    """Read and plan; writes nothing.

    A first reading takes the tagging index's word. Where something of ours would be changed or deleted, everything is
    read once more and each service itself is asked whose it is. What is known of an image besides is remarked.
    """
    doubting = not stack.resources
    with work.talk.during(f"reading what there is of {stack.name}"):
        early = work.index()
        known = {index_of(stack.name): early} if early is not None else {}
        expecting = early is None or bool(early.result())
        first = work.aws.fresh(doubting=doubting, expecting=expecting, known=known)
        planned = plan(stack, observe(stack, first), delete_data=delete_data, adopt=adopt)
        if doubting or all(step.action in (Action.NONE, Action.CREATE, Action.KEEP) for step in planned.steps):
            return remarked(planned)
        again = observe(stack, work.aws.fresh(doubting=True))
    return remarked(plan(stack, again, delete_data=delete_data, adopt=adopt))


def allow_programs(work: Work) -> None:
    """Let the embedded AWS run what was chosen for each container, under the task definition's family."""
    if work.home is not None:
        families = {work.names.job(job).family: inside for job, inside in work.runners.items()}
        programs.save(work.home, work.spec.name, families)


def keep_stack(work: Work) -> None:
    """Let the embedded AWS have the stack again when it has ended and is started anew."""
    if work.home is None:
        return
    folder = str(work.spec.folder.resolve())
    text = work.file.read_text(encoding="utf-8")
    region = work.aws.environment.region
    stacks.save(work.home, Applied(work.spec.name, region, str(work.file.resolve()), folder, text))


def forget_stack(work: Work) -> None:
    """The stack is down: neither comes back nor may run a program."""
    if work.home is not None:
        programs.forget(work.home, work.spec.name)
        stacks.forget(work.home, work.spec.name, work.aws.environment.region)
