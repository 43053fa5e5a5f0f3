"""``s3ecs plan``: show what ``up`` would do."""

from __future__ import annotations

import click

from s3ecs.cli.options import Options, adopt_option, common, json_option, rebuild_option

CHANGES_PENDING = 3


@click.command
@common
@json_option
@adopt_option
@rebuild_option
@click.option("--exit-code", is_flag=True, help=f"Exit with {CHANGES_PENDING} where there is something to do.")
@click.pass_obj
def command(options: Options, *, exit_code: bool, adopt: bool, rebuild: bool) -> int:
    """Show what up would do: per resource, and per changed setting from what to what. Writes nothing."""
    import json

    from s3ecs.cli.work import decide, open_work
    from s3ecs.report.plan import as_json, lines

    work = open_work(options, rebuild=rebuild)
    planned = decide(work, work.stack, adopt=adopt)
    if options.as_json:
        click.echo(json.dumps(as_json(planned), indent=2))
    else:
        for line in lines(planned):
            click.echo(line)
    return CHANGES_PENDING if exit_code and planned.writes else 0
