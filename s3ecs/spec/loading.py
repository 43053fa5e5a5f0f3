"""A file -> bytes -> text -> tree -> Spec and findings -> Spec, or SpecError."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.errors import Problem, SpecError, UsageError
from s3ecs.spec import decode, rules, tree

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.spec.model import Spec

MAX_BYTES = 2**20
"""Three hundred jobs, as many as a bus has rules, take about a tenth of it."""


def load_file(path: Path) -> Spec:
    """Read and check the spec in ``path``.

    Raises SpecError with all its problems, UsageError where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise UsageError(
            f"{path} is a folder, not a spec", hint=f"name the file in it: -f {path / 's3ecs.yaml'}"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"cannot read the spec {path}: {reason}", hint="name a readable file with -f FILE") from error
    return load_bytes(data, file=str(path), folder=path.absolute().parent)


def load_bytes(data: bytes, *, file: str, folder: Path) -> Spec:
    """Read and check a spec's content; ``file`` stands in its problems, relative paths start at ``folder``.

    Raises SpecError and nothing else, whatever the bytes are.
    """
    root = tree.parse(_text(data, file), file)
    spec, findings = decode.decode(root, file, folder)
    rules.check(spec, findings)
    if findings.problems:
        raise SpecError(findings.problems)
    return spec


def _text(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise SpecError(
            [Problem(file, 1, 1, "", f"the file is larger than {MAX_BYTES // 1024} KiB, no spec needs that")]
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"not UTF-8 (byte 0x{data[error.start]:02x}): save the file as UTF-8"
        raise SpecError([Problem(file, line, column, "", message)]) from error
