"""``s3ecs status``: each hop's health, drift, dead letters and the last runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.options import Options, common, json_option

if TYPE_CHECKING:
    from s3ecs.cli.work import Work
    from s3ecs.report.status import Status

DRIFT = 3


@click.command
@common
@json_option
@click.option("--exit-code", is_flag=True, help=f"Exit with {DRIFT} where something is not as it should be.")
@click.option("--runs", type=click.IntRange(0, 100), default=5, show_default=True, help="How many runs of each job.")
@click.pass_obj
def command(options: Options, *, exit_code: bool, runs: int) -> int:
    """Show each hop with its health, drift, how many dead letters there are, and the last runs by key."""
    import json

    from s3ecs.cli.work import open_work
    from s3ecs.report.status import as_json, lines

    status = _ask(open_work(options), runs)
    if options.as_json:
        click.echo(json.dumps(as_json(status), indent=2))
    else:
        for line in lines(status):
            click.echo(line)
    return DRIFT if exit_code and not status.well else 0


def _ask(work: Work, runs: int) -> Status:
    """Everything at once: the resources, the queue, the runs."""
    from functools import partial

    from s3ecs.engine.observe import observe
    from s3ecs.engine.plan import survey
    from s3ecs.report.status import Status, hops, spec_of
    from s3ecs.resources.queue import depth_of, url_of
    from s3ecs.runs.run import describe_all, list_arns

    aws = work.aws
    queue = url_of(aws.environment, work.names.dead_letters)
    machines = [work.machine_arn(job.name) for job in work.spec.jobs]
    observation, depth, *listed = aws.together(
        lambda: observe(work.stack, aws.fresh()),
        lambda: depth_of(aws, queue),
        *(partial(list_arns, aws, machine, runs) for machine in machines if runs),
    )
    newest = {job.name: describe_all(aws, arns or ()) for job, arns in zip(work.spec.jobs, listed, strict=False)}
    found = survey(work.stack, observation)
    told = hops(found, observation)
    return Status(work.spec.name, work.where, spec_of(found), told, depth, newest)
