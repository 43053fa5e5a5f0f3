"""``s3ecs validate``: check the spec, offline."""

from __future__ import annotations

import click

from s3ecs.cli.options import Options, common


@click.command
@common
@click.pass_obj
def command(options: Options) -> None:
    """Check the spec, offline: every problem at once, each with its place."""
    from s3ecs import spec as specs
    from s3ecs.report.text import count

    path = specs.find(options.spec)
    spec = specs.load(path)
    if not options.quiet:
        click.echo(f"{path}: the stack {spec.name} with {count(len(spec.jobs), 'job')} is in order")
