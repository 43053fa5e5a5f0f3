"""``s3ecs init``: write a first spec, from three answers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from s3ecs.cli.options import Options, common

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.errors import Refused
    from s3ecs.spec.starter import Answers

QUESTIONS = {
    "name": "The stack's name",
    "bucket": "The bucket, made if it is absent",
    "prefix": "A run starts for every key that begins with",
}


@click.command
@common
@click.option("--name", help="The stack's name.")
@click.option("--bucket", help="The bucket's name; ${account} and ${region} are filled in.")
@click.option("--prefix", help='What a key begins with that starts a run, such as incoming/; "" takes every key.')
@click.pass_obj
def command(options: Options, /, **given: str | None) -> None:
    """Write a first spec of fifteen lines that s3ecs --local up takes as it is. What no option says is asked.

    The spec's JSON Schema is written beside it, for editors. Nothing is ever overwritten.
    """
    from s3ecs.spec import PLACES, starter

    path = options.spec or PLACES[0]
    for place in [path] if options.spec else PLACES:
        if os.path.lexists(place):
            raise _there_already(place)
    answers = _answers(given, path.absolute().parent)
    _write(path, starter.text(answers))
    beside = _write_schema(path.with_name(starter.SCHEMA_FILE))
    if not options.quiet:
        local = Options(spec=options.spec, local=True)
        click.echo(f"wrote {path}; {beside}", err=True)
        click.echo(f"next: {local.command('up')}\nthen: {local.command('test-upload')}", err=True)


def _answers(given: dict[str, str | None], folder: Path) -> Answers:
    """Ask for what is not given, with a default, until each answer is one that a spec may have.

    Raises UsageError for a given one that no spec may have, and where nobody can be asked.
    """
    from s3ecs.cli.ending import tell
    from s3ecs.errors import UsageError
    from s3ecs.report.text import somebody_answers
    from s3ecs.spec import starter

    answers = starter.completed(folder, **given)
    bad = {flag: reason for flag, reason in starter.wrong(answers, folder).items() if given[flag] is not None}
    if bad:
        raise UsageError("\n".join(f"--{flag}: {reason}" for flag, reason in bad.items()))
    lacking = [question for question in QUESTIONS if given[question] is None]
    if lacking and not somebody_answers():
        flags = " ".join(f"--{question} {question.upper()}" for question in lacking)
        raise UsageError("nobody can be asked here what the spec should say", hint=f"pass {flags}")
    for question in lacking:
        while given[question] is None:
            offered = getattr(starter.completed(folder, **given), question)
            answer = click.prompt(QUESTIONS[question], default=offered, err=True)
            reasons = starter.wrong(starter.completed(folder, **{**given, question: answer}), folder)
            if question in reasons:
                tell(UsageError(reasons[question]))
            else:
                given[question] = answer
    return starter.completed(folder, **given)


def _write(path: Path, text: str) -> None:
    """Write a file that is not there: whole, or not at all."""
    from s3ecs.errors import UsageError

    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError as error:
        raise _there_already(path) from error
    except FileNotFoundError as error:
        raise UsageError(f"there is no folder {path.parent}", hint="make it, or name another file with -f") from error
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink()
        raise


def _write_schema(path: Path) -> str:
    """Write the schema where none is, and say in words what became of it."""
    from s3ecs.errors import Refused
    from s3ecs.spec.schema import shipped

    try:
        _write(path, shipped())
    except Refused:
        return f"{path} was there and is left as it is, s3ecs schema > {path} writes it anew"
    return f"{path} tells editors its keys"


def _there_already(path: Path) -> Refused:
    from s3ecs.errors import Refused

    return Refused(f"{path} is there already; nothing was written", hint="name another file: s3ecs init -f FILE")
