"""The code of a device, which some profiles want before they give a role. Imported by commands' bodies only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.errors import UsageError
from s3ecs.report.text import somebody_answers, visible

if TYPE_CHECKING:
    from s3ecs.report.talk import Talk


def code(talk: Talk, question: str) -> str:
    """What is typed in answer to the SDK's question; raises UsageError where nobody could answer it."""
    if not somebody_answers():
        raise UsageError(
            "the profile wants an MFA code, and there is no terminal to ask for it",
            hint="export the keys of aws sts get-session-token, or choose another profile with AWS_PROFILE",
        )
    with talk.asking():
        return str(click.prompt(visible(question).rstrip(": "), err=True))
