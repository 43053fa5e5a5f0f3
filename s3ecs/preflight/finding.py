"""What a look ahead finds: one thing that the spec relies on, and whether it will do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from s3ecs.aws.codes import DENIED
from s3ecs.aws.faults import code_of, is_of_the_sdk, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Verdict(StrEnum):
    """Whether something will do; SKIPPED where that could not be found out."""

    OK = "ok"
    NOT_OK = "not ok"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """``group`` is what kind of thing it is, ``what`` names it; ``stops`` says that no run could succeed without it."""

    group: str
    what: str
    verdict: Verdict
    why: str = ""
    hint: str = ""
    stops: bool = False


def found_out(group: str, what: str, ask: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What ``ask`` finds; an answer that may not be had is a finding too, and never an error."""
    try:
        return list(ask())
    except Exception as error:
        if not is_of_the_sdk(error):
            raise
        reason = f"may not ask ({code_of(error)})" if code_of(error) in DENIED else str(told(error))
        return [Finding(group, what, Verdict.SKIPPED, reason)]
