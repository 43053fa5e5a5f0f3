"""``s3ecs test-upload``: upload a file and follow its run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from s3ecs.cli.completion import job_names
from s3ecs.cli.options import Options, common, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.cli.work import Work
    from s3ecs.report.trial import TrialReport
    from s3ecs.runs.run import Run
    from s3ecs.runs.trial import Trial
    from s3ecs.runs.upload import Upload

START_WITHIN = 420.0  # seconds; AWS: a new bucket begins to deliver after about five minutes
NONE_WITHIN = 60.0
LOCAL_START_WITHIN = 30.0
LOCAL_NONE_WITHIN = 3.0
LONGEST_WAIT = 86_400


@click.command
@common
@json_option
@click.argument("file", required=False)
@click.option("--key", help="The object's key.")
@click.option("--job", shell_complete=job_names, help="The job that is meant, where the key does not decide.")
@click.option("--expect-none", is_flag=True, help="Succeed only if nothing starts.")
@click.option(
    "--wait",
    type=click.IntRange(0, LONGEST_WAIT),
    metavar="SECONDS",
    help="How long to wait for a run to start, or for none.",
)
@click.pass_obj
def command(
    options: Options, *, file: str | None, key: str | None, job: str | None, expect_none: bool, wait: int | None
) -> int:
    """Upload FILE, follow its run, print the container's lines, and end with the container's exit code.

    A FILE that does not exist and looks like a key is the key; three generated lines are uploaded.
    """
    from s3ecs.cli.work import open_work
    from s3ecs.report.trial import TrialReport
    from s3ecs.runs.upload import choose

    work = open_work(options, seeking=False)
    upload = choose(work.spec, file, key, job)
    report = TrialReport(work.talk, work.aws.environment)
    if expect_none:
        return _expect_none(work, report, upload, wait)
    return _expect_a_run(work, report, upload, wait)


def _expect_a_run(work: Work, report: TrialReport, upload: Upload, wait: int | None) -> int:
    from s3ecs.errors import UsageError, WaitTimedOut
    from s3ecs.report.text import visible
    from s3ecs.resources.queue import url_of
    from s3ecs.runs.dead_letters import peek
    from s3ecs.runs.upload import only

    if not upload.jobs:
        clauses = visible("; ".join(upload.refusals))
        raise UsageError(
            f"no job takes {upload.key!r}: {clauses}",
            hint="choose another key, or check just that with --expect-none",
        )
    seconds = wait if wait is not None else (LOCAL_START_WITHIN if work.home else START_WITHIN)
    trial = _trial(work, upload, [only(upload.jobs).name])
    with _left_to_itself(work, trial):
        report.upload(work.bucket, upload)
        trial.send()
        run = trial.run(seconds, report.again)
        if run is None:
            for letter in peek(work.aws, url_of(work.aws.environment, work.names.dead_letters)):
                report.dead_letter(letter)
            look = work.options.command("status")
            raise WaitTimedOut(f"no run started within {seconds:g} s", hint=f"each hop's health: {look}")
        return _follow(work, report, run)


def _expect_none(work: Work, report: TrialReport, upload: Upload, wait: int | None) -> int:
    from s3ecs.errors import CallFailed, UsageError
    from s3ecs.report.text import visible
    from s3ecs.runs.trial import delivers
    from s3ecs.runs.upload import mismatch

    taking = [job.name for job in work.spec.jobs if mismatch(job, upload.key, upload.size) is None]
    if taking:
        raise UsageError(f"{taking[0]} takes {upload.key!r}: a run would start", hint="choose a key that no job takes")
    trial = _trial(work, upload, [job.name for job in work.spec.jobs])
    if not delivers(work.aws, work.bucket, trial.machines):
        raise CallFailed(
            f"nothing shows yet that {work.bucket} delivers its events, so that nothing starts would prove nothing",
            hint=f"first run: {work.options.command('test-upload')}",
        )
    seconds = wait if wait is not None else (LOCAL_NONE_WITHIN if work.home else NONE_WITHIN)
    with _left_to_itself(work, trial):
        report.upload(work.bucket, upload)
        for refusal in upload.refusals:
            work.talk.say(visible(f"  not for {refusal}"))
        trial.send()
        run = trial.run(seconds, None)
        if run is not None and _came_to_a_task(work, run, seconds):
            raise CallFailed(f"a run started: {run.name}", hint="look at the jobs' prefix and suffix")
    report.nothing(upload, seconds)
    return 0


def _trial(work: Work, upload: Upload, jobs: list[str]) -> Trial:
    from s3ecs.runs.trial import Trial

    return Trial(work.aws, work.bucket, [work.machine_arn(job) for job in jobs], upload, up=work.options.command("up"))


@contextmanager
def _left_to_itself(work: Work, trial: Trial) -> Iterator[None]:
    """Ctrl-C ends the looking and nothing else: says what goes on, and with what it is looked at."""
    from s3ecs.errors import Interrupted

    try:
        yield
    except KeyboardInterrupt as error:
        if not trial.goes_on:
            raise
        click.echo(err=True)  # ends the line that the terminal has put ^C on
        look = work.options.command("status")
        raise Interrupted(f"interrupted: {trial.goes_on}", hint=f"the newest runs and their ends: {look}") from error


def _came_to_a_task(work: Work, run: Run, seconds: float) -> bool:
    """Whether a run did more than find the object unwanted, which ends it before any task."""
    from s3ecs.runs.run import UNDER_WAY, describe
    from s3ecs.runs.task import tasks_of

    def decided() -> bool:
        return describe(work.aws, run.arn).status != UNDER_WAY or bool(tasks_of(work.aws, run))

    work.aws.wait_until(f"run {run.name} to start a task or to end", decided, seconds=seconds + NONE_WITHIN)
    return bool(tasks_of(work.aws, run))


def _follow(work: Work, report: TrialReport, run: Run) -> int:
    from s3ecs.resources.task_definition import CONTAINER
    from s3ecs.runs.follow import Follower, Stream
    from s3ecs.runs.run import SUCCEEDED
    from s3ecs.stack.names import log_group_of

    job = work.job_of(run)
    report.run(run, job.name)
    follower = Follower(work.aws, run, Stream(log_group_of(job, work.names), job.name, CONTAINER), report)
    tries = job.retries + 1
    ended = follower.follow(tries * job.timeout + job.queue_for)
    report.end(ended, follower.exit_code)
    return follower.exit_code or (0 if ended.status == SUCCEEDED else 1)
