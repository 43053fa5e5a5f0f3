"""The command ``s3ecs``: a table of commands, each in a file of its own that is read when it is needed."""

from __future__ import annotations

import importlib
import io
import sys
from typing import Any

import click

from s3ecs import __version__
from s3ecs.cli.group import Group
from s3ecs.cli.options import common

COMMANDS = {
    "init": "Write a first spec, from three answers.",
    "validate": "Check the spec, offline.",
    "match": "Say which job takes a key, offline.",
    "plan": "Show what up would do.",
    "up": "Make everything that the spec asks for.",
    "down": "Take everything away again.",
    "status": "Show each hop's health, drift and the last runs.",
    "test-upload": "Upload a file and follow its run.",
    "image": "Build, push or run a job's image.",
    "permissions": "Print the IAM policy that the commands need.",
    "graph": "Draw the stack, with each hop's health if asked.",
    "local": "The embedded AWS of --local.",
    "schema": "Print the spec's JSON Schema, for editors.",
    "completion": "Print what makes a shell complete commands.",
}
"""Name and short help; the module is the name with underscores, the function in it ``command``."""


class Table(Group):
    """Commands that are imported when they are called, so that ``--help`` stays cheap."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"s3ecs.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def describe(self, context: click.Context, name: str) -> str:  # noqa: ARG002 - likewise
        return COMMANDS[name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Table, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="s3ecs")
@common
def cli() -> None:
    """A file lands in a folder of an S3 bucket; a container runs with that file's key as its argument."""


def main(argv: list[str] | None = None) -> None:
    """Run the command line and exit with its code; what goes wrong is told in one line and a hint."""
    from s3ecs.cli.ending import exit_code_of, leave

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a key may have characters that the terminal lacks
    try:
        code: Any = cli.main(args=argv, prog_name="s3ecs", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - the last place to tell it
        code = exit_code_of(error)
        if not isinstance(error, SystemExit | click.exceptions.Exit):
            leave(code)
    sys.exit(code if isinstance(code, int) else 0)
