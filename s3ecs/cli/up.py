"""``s3ecs up``: make everything that the spec asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from s3ecs.cli.options import Options, adopt_option, common, force_option, json_option, rebuild_option, yes_option

if TYPE_CHECKING:
    from s3ecs.cli.work import Work

LINKS = 5  # more jobs than this are found in the console by their name


@click.command
@common
@json_option
@yes_option
@adopt_option
@force_option
@rebuild_option
@click.option(
    "--runner",
    type=click.Choice(["container", "process"]),
    envvar="S3ECS_LOCAL_RUNNER",
    help="What runs jobs with --local (also S3ECS_LOCAL_RUNNER); else containers where they can be had.",
)
@click.pass_obj
def command(options: Options, *, yes: bool, adopt: bool, force: bool, rebuild: bool, runner: str | None) -> None:
    """Make everything that the spec asks for: show the plan, ask, carry it out. Run again, it changes nothing."""
    from functools import partial

    from s3ecs.cli.ahead import looking_ahead
    from s3ecs.cli.carry_out import agree, carry_out, protect, show
    from s3ecs.cli.images import build_first, delete_superseded, ready_to_build
    from s3ecs.cli.runners import choose
    from s3ecs.cli.work import allow_programs, decide, keep_stack, open_work
    from s3ecs.engine.plan import Action
    from s3ecs.errors import UsageError

    if not options.is_local and _is_typed("runner"):
        raise UsageError("--runner is for --local: on AWS jobs run on Fargate", hint="leave it out, or pass --local")
    work = open_work(options, rebuild=rebuild, choose=partial(choose, wanted=runner))
    with looking_ahead(work) as tell_ahead:
        planned = decide(work, work.stack, adopt=adopt)
        show(work, planned, asking=not yes)
        protect(work, planned, Action.REPLACE, force=force)
        tell_ahead(planned)
    ready_to_build(work, planned)
    if planned.writes:
        agree("Go ahead?", yes=yes)
    build_first(work, planned)
    allow_programs(work)
    keep_stack(work)
    carry_out(work, planned)
    if planned.writes:
        delete_superseded(work)
    _say_what_is_next(work)


def _is_typed(parameter: str) -> bool:
    """Whether it stands on the command line, and not only in the environment."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def _say_what_is_next(work: Work) -> None:
    from s3ecs.report import links

    work.talk.say(f"{work.spec.name} is up")
    jobs = [job.name for job in work.spec.jobs]
    for job in jobs[:LINKS]:
        if url := links.of_machine(work.aws.environment, work.machine_arn(job)):
            work.talk.say(f"  {links.shown(f'{job} in the console', url)}")
    which = ["--job", jobs[0]] if len(jobs) > 1 else []
    work.talk.say(f"next: {work.options.command('test-upload', *which)}")
