"""How a command ends that does not end well: one line, a hint, an exit code; a traceback goes to a file."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from s3ecs.bug import bug
from s3ecs.errors import CallFailed, Interrupted, S3ecsError, SpecError, UsageError

FAILED = 1
AS_IT_SAYS = "mend what the message says, and run the command again"


def exit_code_of(error: BaseException) -> int:
    """Tell ``error`` on standard error and return the exit code that it stands for."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAILED
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        # Whoever read us has gone; nothing more can be told, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    if type(error).__name__ == "NoArgsIsHelpError":  # click 8.1 does not know it
        click.echo(error, err=True)
        return UsageError.exit_code
    if isinstance(error, click.Abort) and error.__cause__ is None:
        click.echo(err=True)  # click: it ends the line of a command that is broken off, and not that of a question
    ours = _ours(error)
    tell(ours)
    return ours.exit_code


def tell(error: S3ecsError) -> None:
    """``error: ...`` and ``hint: ...``; each problem of a spec on a line of its own."""
    from s3ecs.report.text import visible

    lines = [str(each) for each in error.problems] if isinstance(error, SpecError) else str(error).split("\n")
    for line in lines:
        click.echo(f"error: {visible(line) or type(error).__name__}", err=True)
    if hint := error.hint or (AS_IT_SAYS if isinstance(error, CallFailed) else None):
        click.echo(f"hint: {visible(hint)}", err=True)


def leave(code: int) -> NoReturn:
    """Exit at once: calls that still wait for an answer in other threads are not waited for."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.flush()
    os._exit(code)


def _ours(error: BaseException) -> S3ecsError:
    """What click, the system, AWS and the SDK say, in our words."""
    if isinstance(error, S3ecsError):
        return error
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return Interrupted("interrupted", hint="run the command again; it goes on from what is there")
    if isinstance(error, click.ClickException):
        words = error.format_message()
        context = error.ctx if isinstance(error, click.UsageError) else None
        return UsageError(" ".join(words.split()).rstrip("."), hint=f"{_path(context)} --help shows what there is")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return S3ecsError(f"{error.strerror}", hint="make room on the disk")
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return S3ecsError(f"{os.fsdecode(error.filename)!a}: {error.strerror}", hint="look at the file's permissions")
    return _from_aws(error) or bug(error)


def _path(context: click.Context | None) -> str:
    return context.command_path if context is not None else "s3ecs"


def _from_aws(error: BaseException) -> S3ecsError | None:
    if "botocore" not in sys.modules or not isinstance(error, Exception):
        return None
    from s3ecs.aws.faults import is_of_the_sdk, told

    return told(error) if is_of_the_sdk(error) else None
