"""The options that every command has, before or after its name: ``s3ecs --local up`` is ``s3ecs up --local``."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")
YES = {"1", "true", "yes"}
NO = {"", "0", "false", "no"}


@dataclass
class Options:
    """What was asked for; the command's own word wins over the one before its name."""

    spec: Path | None = None
    local: bool = False
    profile: str | None = None
    region: str | None = None
    quiet: bool = False
    as_json: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the embedded AWS is meant: ``--local``, or ``S3ECS_LOCAL=1``. Raises UsageError for other words."""
        return self.local or _says_yes("S3ECS_LOCAL")

    def command(self, *words: str) -> str:
        """A command to type next, with what this one was told of spec and account."""
        told = {"-f": self.spec, "--profile": self.profile, "--region": self.region}
        options = [word for flag, value in told.items() if value is not None for word in (flag, str(value))]
        return shlex.join(["s3ecs", *(["--local"] if self.local else []), *options, *words])


def _says_yes(variable: str) -> bool:
    from s3ecs.errors import UsageError

    said = os.environ.get(variable, "")
    if said.lower() not in YES | NO:
        raise UsageError(f"{variable} is {said!a}, which is neither yes nor no", hint=f"{variable}=1, 0, or unset it")
    return said.lower() in YES


def _note(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    options = ctx.ensure_object(Options)
    if value not in (None, False):
        setattr(options, str(param.name), value)


def common(command: F) -> F:
    """Gives ``command`` the options that all have; they are found in the context's object."""
    for option in reversed(
        (
            click.option(
                "-f",
                "--file",
                "spec",
                type=click.Path(path_type=Path),
                expose_value=False,
                callback=_note,
                help="The spec; else s3ecs.yaml, else config/s3ecs.yaml.",
            ),
            click.option(
                "--local",
                is_flag=True,
                expose_value=False,
                callback=_note,
                help="Use the embedded AWS on this machine (also S3ECS_LOCAL=1).",
            ),
            click.option("--profile", expose_value=False, callback=_note, help="The AWS profile; else AWS_PROFILE."),
            click.option(
                "--region", expose_value=False, callback=_note, help="The AWS region; else the spec's, else AWS_REGION."
            ),
            click.option(
                "-q",
                "--quiet",
                is_flag=True,
                expose_value=False,
                callback=_note,
                help="Say nothing but results and errors.",
            ),
        )
    ):
        command = option(command)
    return command


json_option = click.option(
    "--json", "as_json", is_flag=True, expose_value=False, callback=_note, help="Report as JSON on standard output."
)
adopt_option = click.option(
    "--adopt", is_flag=True, help="Take over what has one of the stack's names and is nobody's, settings included."
)
force_option = click.option(
    "--force", is_flag=True, help="Go ahead although the spec says termination_protection: true."
)
rebuild_option = click.option(
    "--rebuild", is_flag=True, help="Build every folder anew, with newer base images, although it has not changed."
)
yes_option = click.option("-y", "--yes", is_flag=True, help="Go ahead without asking.")
