"""``s3ecs up``: make everything that the spec asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.options import Options, adopt_option, common, force_option, json_option, yes_option

if TYPE_CHECKING:
    from s3ecs.cli.work import Work

LINKS = 5  # more jobs than this are found in the console by their name


@click.command
@common
@json_option
@yes_option
@adopt_option
@force_option
@click.pass_obj
def command(options: Options, *, yes: bool, adopt: bool, force: bool) -> None:
    """Make everything that the spec asks for: show the plan, ask, carry it out. Run again, it changes nothing."""
    from s3ecs.cli.ahead import looking_ahead
    from s3ecs.cli.carry_out import agree, carry_out, protect, show
    from s3ecs.cli.work import allow_programs, decide, keep_stack, open_work
    from s3ecs.engine.plan import Action
    from s3ecs.stack.images import refuse_folders

    work = open_work(options)
    refuse_folders(work.spec, work.aws.environment)
    with looking_ahead(work) as tell_ahead:
        planned = decide(work, work.stack, adopt=adopt)
        show(work, planned, asking=not yes)
        protect(work, planned, Action.REPLACE, force=force)
        tell_ahead(planned)
    if planned.writes:
        agree("Go ahead?", yes=yes)
    allow_programs(work)
    keep_stack(work)
    carry_out(work, planned)
    _say_what_is_next(work)


def _say_what_is_next(work: Work) -> None:
    from s3ecs.report import links

    work.talk.say(f"{work.spec.name} is up")
    jobs = [job.name for job in work.spec.jobs]
    for job in jobs[:LINKS]:
        if url := links.of_machine(work.aws.environment, work.machine_arn(job)):
            work.talk.say(f"  {links.shown(f'{job} in the console', url)}")
    which = ["--job", jobs[0]] if len(jobs) > 1 else []
    work.talk.say(f"next: {work.options.command('test-upload', *which)}")
