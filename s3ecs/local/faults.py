"""Failures on request, so that every branch of a state machine's retries can be run locally.

``faults.json`` in the server's folder maps a task definition family to a list; each RunTask of that family takes the
first entry, and once the list is empty tasks start again. An entry is one of

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
    """Replace what is to fail, by task definition family."""
    write_private(home.faults, {family: list(wanted) for family, wanted in faults.items()})


def take(home: Home, family: str) -> Fault | None:
    """The next failure of this family, which is thereby used up; None when it may start."""
    with _lock:
        if not home.faults.exists():
            return None
        faults: dict[str, list[Fault]] = json.loads(home.faults.read_text(encoding="utf-8"))
        wanted = faults.get(family)
        if not wanted:
            return None
        write_private(home.faults, {**faults, family: wanted[1:]})
        return wanted[0]
