"""The lines that a container has printed, as they arrive in its log stream."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from s3ecs.aws.faults import unless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws


class Lines:
    """One log stream, read from where the last reading ended."""

    def __init__(self, aws: Aws, group: str, stream: str) -> None:
        self._aws, self._group, self._stream = aws, group, stream
        self._token: str | None = None

    def new(self) -> Iterator[str]:
        """The lines that have come since the last time; none while there is no stream yet."""
        while True:
            where = {} if self._token is None else {"nextToken": self._token}
            found = unless(
                {"ResourceNotFoundException"},
                partial(
                    self._aws.logs.get_log_events,
                    logGroupName=self._group,
                    logStreamName=self._stream,
                    startFromHead=True,
                    **where,
                ),
            )
            if found is None:
                return
            yield from (event["message"] for event in found["events"])
            # AWS: the end is where the token stays the same.
            at_the_end = found["nextForwardToken"] == self._token or not found["events"]
            self._token = found["nextForwardToken"]
            if at_the_end:
                return
