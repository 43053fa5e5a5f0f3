"""``s3ecs validate``: check the spec, offline, or with all that it refers to."""

from __future__ import annotations

import click

from s3ecs.cli.options import Options, common, json_option


@click.command
@common
@json_option
@click.option("--online", is_flag=True, help="Also ask the account for what the spec refers to.")
@click.pass_obj
def command(options: Options, *, online: bool) -> int:
    """Check the spec, offline: every problem at once, each with its place.

    With --online also what the spec refers to: network, images, roles, secrets, keys, quotas; ends with 1 where
    something of that will not do. What may not be asked for is skipped.
    """
    from s3ecs import spec as specs
    from s3ecs.report.text import count, visible

    path = specs.find(options.spec)
    spec = specs.load(path)
    if not options.quiet and not options.as_json:
        click.echo(visible(f"{path}: the stack {spec.name} with {count(len(spec.jobs), 'job')} is in order"))
    if not online:
        if options.as_json:
            click.echo("[]")
        return 0
    return _online(options)


def _online(options: Options) -> int:
    import json

    from s3ecs.cli.work import open_work
    from s3ecs.preflight import Look, Verdict, find
    from s3ecs.report.preflight import as_json, lines

    work = open_work(options, to_leave=True, seeking=False)
    findings = find(Look(work.spec, work.stack, work.names, work.aws.fresh()))
    if options.as_json:
        click.echo(json.dumps(as_json(findings)))
    else:
        for line in lines(findings):
            click.echo(line)
    return 1 if any(each.verdict is Verdict.NOT_OK for each in findings) else 0
