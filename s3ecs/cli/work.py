"""What most commands begin with: the spec, the way to AWS, the stack. Imported by commands' bodies only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from s3ecs import spec as specs
from s3ecs.aws.connect import connect
from s3ecs.aws.faults import told
from s3ecs.cli.embedded import serve
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import Action, Plan, plan
from s3ecs.errors import UsageError
from s3ecs.local import programs
from s3ecs.local.home import Home
from s3ecs.local.keeping import stacks
from s3ecs.local.keeping.stacks import Applied
from s3ecs.local.programs import Program
from s3ecs.report.talk import Talk
from s3ecs.resources.owned import index_of, listed
from s3ecs.resources.task_definition import CONTAINER
from s3ecs.stack.build import bucket_name, build
from s3ecs.stack.names import StackNames

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from s3ecs.aws.session import Aws
    from s3ecs.cli.options import Options
    from s3ecs.engine.stack import Stack
    from s3ecs.runs.run import Run
    from s3ecs.spec.model import Job, Spec

# The embedded AWS knows every region; without a word from anybody it is this one.
LOCAL_REGION = "us-east-1"


@dataclass(frozen=True)
class Work:
    """One spec in one environment; ``home`` is the embedded AWS's folder where it is that."""

    spec: Spec
    aws: Aws
    stack: Stack
    talk: Talk
    home: Home | None
    options: Options
    file: Path

    @property
    def bucket(self) -> str:
        """The name of the stack's bucket."""
        return bucket_name(self.spec, self.aws.environment)

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


def open_work(options: Options, *, to_leave: bool = False, seeking: bool = True) -> Work:
    """Read the spec, find the account, build the stack. Nothing is sent before the spec is clean.

    ``to_leave`` asks nothing of the jobs that only a run would need; without ``seeking`` nothing asks for all that the
    stack has.
    """
    file = specs.find(options.spec)
    spec = specs.load(file)
    talk = Talk(quiet=options.quiet, as_json=options.as_json, explain=told)
    home = Home.default() if options.is_local else None
    if home and not to_leave:
        _check_programs(spec)
    aws = _local(spec, home, options, talk) if home else _real(spec, options, talk, seeking=seeking)
    return Work(spec, aws, build(spec, aws.environment), talk, home, options, file)


def _real(spec: Spec, options: Options, talk: Talk, *, seeking: bool) -> Aws:
    # The SDK itself looks at AWS_DEFAULT_REGION and the profile, and not at the variable that all the others know.
    region = options.region or spec.region or os.environ.get("AWS_REGION") or None
    early = ("resourcegroupstaggingapi", partial(listed, stack=spec.name)) if seeking else None
    return connect(region=region, profile=options.profile, account=spec.account, tell=talk.waiting, early=early)


def _check_programs(spec: Spec) -> None:
    lacking = [job.name for job in spec.jobs if not job.local]
    if lacking:
        raise UsageError(
            f"--local cannot run {', '.join(f'jobs.{name}' for name in lacking)}: there is no local: command",
            hint='add local: to the job, such as local: ["python3", "main.py"]',
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
    read once more and each service itself is asked whose it is.
    """
    doubting = not stack.resources
    known = {index_of(stack.name): early} if (early := work.index()) is not None else {}
    planned = plan(
        stack, observe(stack, work.aws.fresh(doubting=doubting, known=known)), delete_data=delete_data, adopt=adopt
    )
    if doubting or all(step.action in (Action.NONE, Action.CREATE, Action.KEEP) for step in planned.steps):
        return planned
    return plan(stack, observe(stack, work.aws.fresh(doubting=True)), delete_data=delete_data, adopt=adopt)


def allow_programs(work: Work) -> None:
    """Let the embedded AWS run the ``local`` commands of each job and its sidecars, under the task definition's family.

    A sidecar without one is left out of its tasks there.
    """
    if work.home is None:
        return
    folder = str(work.spec.folder.resolve())
    programs.save(
        work.home,
        work.spec.name,
        {
            work.names.job(job.name).family: {
                name: Program(argv=argv, folder=folder)
                for name, argv in ((CONTAINER, job.local), *((each.name, each.local) for each in job.sidecars))
                if argv
            }
            for job in work.spec.jobs
        },
    )


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
