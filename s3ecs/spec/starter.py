"""The first spec of somebody who has none: fifteen lines, from three answers."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from s3ecs.errors import SpecError
from s3ecs.spec import limits, tree
from s3ecs.spec.loading import load_bytes
from s3ecs.spec.nodes import Scalar, Sequence

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_FILE: Final = "s3ecs.schema.json"
"""What the schema is called beside a spec that names it."""

_TEXT: Final = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
# Try it without an account: s3ecs --local up
name: %(name)s
# The bucket, made if it is absent; ${{account}} and ${{region}} are filled in.
bucket: %(bucket)s
jobs:
  process:
    # An object whose key begins with this starts a run.
    prefix: %(prefix)s
    # An image URI, an ECR repository of the account, or a folder with a Dockerfile.
    image: public.ecr.aws/docker/library/busybox:1
    # One argument an entry, never a shell; {{key}} is the object's key.
    command: [echo, "{{key}}"]
    # With --local this stands in for an image that cannot be had; env runs the command that follows it.
    local: [env]
"""

_PLAIN = re.compile(r"[A-Za-z$][A-Za-z0-9${}/._-]*")


@dataclass(frozen=True)
class Answers:
    """What is asked for; the fields stand in the order of the file's lines."""

    name: str
    bucket: str
    prefix: str


def completed(folder: Path, name: str | None, bucket: str | None, prefix: str | None) -> Answers:
    """Fill in what was not answered, for a spec in ``folder``."""
    name = _name_of(folder) if name is None else name
    return Answers(
        name, f"${{account}}-{name}" if bucket is None else bucket, "incoming/" if prefix is None else prefix
    )


def text(answers: Answers) -> str:
    """Write the spec."""
    return _TEXT % {question: _scalar(answer) for question, answer in asdict(answers).items()}


def wrong(answers: Answers, folder: Path) -> dict[str, str]:
    """Hold the spec in ``folder`` against every rule; by the name of the answer, what is wrong with it."""
    written = text(answers)
    try:
        load_bytes(written.encode(), file="", folder=folder)
    except SpecError as error:
        lines = [line.split(":")[0].strip() for line in written.splitlines()]
        return {lines[problem.line - 1]: problem.message for problem in error.problems}
    return {}


def _name_of(folder: Path) -> str:
    """A stack's name that is like the folder's."""
    words = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).lstrip("-0123456789")
    return words[: limits.MAX_NAME].strip("-") or "first"


def _scalar(answer: str) -> str:
    """Write ``answer`` as YAML: plainly where that is read as text, else in quotes."""
    if _PLAIN.fullmatch(answer):
        match tree.parse(f"- {answer}\n", ""):
            case Sequence(items=(Scalar(kind="str"),)):
                return answer
    escaped = answer.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'
