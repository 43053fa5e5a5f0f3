"""``s3ecs schema``: the spec's JSON Schema, for editors."""

from __future__ import annotations

import click


@click.command
def command() -> None:
    """Print the JSON Schema of a spec that belongs to this version.

    Editors read it from the file that a spec's first line names: s3ecs schema > s3ecs.schema.json writes it anew.
    """
    from s3ecs.spec.schema import shipped

    click.echo(shipped(), nl=False)
