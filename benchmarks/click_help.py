"""A program that imports click and prints its help: what ``s3ecs --help`` is measured by."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quiet", is_flag=True, help="Say nothing.")
def cli(*, quiet: bool) -> None:
    """A program that does nothing."""
    click.echo(quiet)


if __name__ == "__main__":
    cli()
