"""Everything that s3ecs raises on purpose.

    S3ecsError              exit 1   something failed
    +-- SpecError           exit 2   the spec is wrong; carries every Problem found
    +-- UsageError          exit 2   the command line or its surroundings are wrong
    |   +-- InvalidPattern           an event pattern that AWS refuses; lives in s3ecs.pattern
    +-- Refused             exit 4   doing it would harm something; nothing was done
    |   +-- NotOurs                  a same-named resource without the stack's tag
    +-- Interrupted         exit 130 the user pressed Ctrl-C
    +-- CallFailed          exit 1   an AWS call failed; says which resource, which call and why
    +-- WaitTimedOut        exit 1   something did not become true in time
    +-- LocalError          exit 1   the embedded AWS could not be started or reached

Each class knows its exit code; each instance may carry a hint, the command or the edit to try next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class S3ecsError(Exception):
    """Something failed in a way that can be told in one line.

    ``doing`` names what was under way, such as ``creating role a-b``; whoever knows it sets it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.doing = ""

    def __str__(self) -> str:
        message = super().__str__()
        return f"{self.doing}: {message}" if self.doing else message


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a spec: where (line and column count from 1), what, and what to write instead."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class SpecError(S3ecsError):
    """The spec has problems; ``problems`` holds all of them in the order of the file."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Sequence[Problem], *, hint: str | None = None) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)), hint=hint)


class UsageError(S3ecsError):
    """The command cannot be carried out as it was typed, or not from here."""

    exit_code: ClassVar[int] = 2


class Refused(S3ecsError):
    """Doing what was asked would harm something; nothing was done."""

    exit_code: ClassVar[int] = 4


class NotOurs(Refused):
    """Resources with our names exist and do not carry the stack's tag; ``names`` lists them as ``kind/name``.

    They are ``adoptable`` where none of them carries another's.
    """

    def __init__(self, names: Sequence[str], *, stack: str, adoptable: bool = False) -> None:
        self.names = tuple(names)
        listed = ", ".join(self.names)
        ways = ["choose another name in the spec", "remove what is in the way"]
        if adoptable:
            ways.append("take it over with up --adopt")
        super().__init__(f"not made by the stack {stack}: {listed}", hint=f"{', '.join(ways[:-1])}, or {ways[-1]}")


class Interrupted(S3ecsError):
    """The user pressed Ctrl-C; what was under way has finished."""

    exit_code: ClassVar[int] = 130


class CallFailed(S3ecsError):
    """An AWS call failed: ``code`` is AWS's error code, the message names what was being done."""

    def __init__(self, message: str, *, code: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class WaitTimedOut(S3ecsError):
    """Something did not become true within its time."""


class LocalError(S3ecsError):
    """The embedded AWS could not be started, reached or stopped."""
