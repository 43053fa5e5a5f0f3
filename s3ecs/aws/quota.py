"""A quota that is used up: waiting does not help, so the call is not made again."""

from __future__ import annotations

from typing import Any, Final, Literal

# AWS: the services among ours that answer so where a quota is used up; too many calls have other codes there.
# botocore: it takes the code for one of too many calls, which it is of other services, and tries ten times.
SERVICES: Final = ("ecr", "events", "logs")
CODE: Final = "LimitExceededException"


def listen(events: Any) -> None:
    """Have no call of a boto3 session tried again for which a quota leaves no room."""
    for service in SERVICES:
        events.register_first(f"needs-retry.{service}", _give_up)


def _give_up(response: Any, **_: Any) -> Literal[False] | None:
    answer = response[1] if response is not None else {}
    return False if answer.get("Error", {}).get("Code") == CODE else None
