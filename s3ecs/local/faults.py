"""Failures on request, so that every branch of a state machine's retries can be run locally.

``faults.json`` in the server's folder maps a task definition family, or the ARN of a state machine, to a list; each
RunTask of that family, and each StartExecution of that machine, takes the first entry, and once the list is empty all
goes well again. A machine knows the first kind of entry only. An entry is one of

- ``{"error": CODE, "message": TEXT}``: the call fails. A code that ECS's model lacks (``ThrottlingException``, a
  capacity error) reaches a state machine as ``ECS.AmazonECSException``, one that it has as ``ECS.CODE``.
- ``{"reason": TEXT, "detail": TEXT}``: the call succeeds with a failure in its answer (``AmazonECS.Unknown``).
- ``{"stopCode": CODE, "stoppedReason": TEXT}``: a task is made and stops without having run (``States.TaskFailed``).
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from s3ecs.local.home import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from s3ecs.local.home import Home

Fault = dict[str, str]
_lock = threading.Lock()


def plan(home: Home, faults: Mapping[str, Sequence[Fault]]) -> None:
    """Replace what is to fail, by task definition family or state machine."""
    write_private(home.faults, {family: list(wanted) for family, wanted in faults.items()})


def take(home: Home, name: str) -> Fault | None:
    """The next failure of this family or machine, which is thereby used up; None when nothing is to fail."""
    with _lock:
        if not home.faults.exists():
            return None
        faults: dict[str, list[Fault]] = json.loads(home.faults.read_text(encoding="utf-8"))
        wanted = faults.get(name)
        if not wanted:
            return None
        write_private(home.faults, {**faults, name: wanted[1:]})
        return wanted[0]
