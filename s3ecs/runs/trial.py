"""A test upload under way: send the object, wait for the run that its event starts, or for none."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from s3ecs.errors import UsageError, WaitTimedOut
from s3ecs.runs.run import describe_all, list_arns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from s3ecs.aws.session import Aws
    from s3ecs.runs.run import Run
    from s3ecs.runs.upload import Upload

# AWS: a bucket that is new to EventBridge begins to deliver after about five minutes, and what was uploaded before
# that never emits; so the object is sent again.
AGAIN_AFTER = 60.0  # seconds
RECENT = 100  # runs looked at in each machine
AT_A_TIME = 10  # runs described at once; one is proof enough


@dataclass
class Trial:
    """One upload to ``bucket``; ``machines`` are the ARNs of those that could start, ``up`` is what makes them."""

    aws: Aws
    bucket: str
    machines: Sequence[str]
    upload: Upload
    up: str = "s3ecs up"
    again_after: float = AGAIN_AFTER
    started: Run | None = None
    _known: set[str] = field(default_factory=set)
    _sending: bool = False
    _etag: str = ""
    _sent: float | None = None

    def send(self) -> None:
        """Put the object, once more where it was put before. Raises UsageError where the stack is not up."""
        if self._sent is None:
            # Runs of former uploads may look the same; no clock tells them apart as surely as a list made before.
            self._known = set(self._arns())
        where = {"Bucket": self.bucket, "Key": self.upload.key}
        owner = {"ExpectedBucketOwner": self.aws.environment.account}
        try:
            self._sending = True
            with self.upload.open() as content:
                self.aws.s3.upload_fileobj(content, **where, ExtraArgs=owner)
        except self.aws.s3.exceptions.NoSuchBucket:
            raise UsageError(f"there is no bucket {self.bucket}", hint=self._up_first) from None
        self._etag = self.aws.s3.head_object(**where, **owner)["ETag"].strip('"')
        self._sent = time.monotonic()

    def run(self, seconds: float, again: Callable[[], None] | None) -> Run | None:
        """The first run that the upload started; None where none has within ``seconds``.

        Sends again at intervals, calling ``again`` before; without it the object is sent once.
        """
        found: list[Run] = []

        def ready() -> bool:
            found.extend(self._started())
            if again and not found and self._is_long_ago():
                again()
                self.send()
            return bool(found)

        with suppress(WaitTimedOut):
            every = 0.1 if self.aws.environment.local else 2.0
            self.aws.wait_until("a run to start", ready, seconds=seconds, every=every)
        self.started = found[0] if found else None
        return self.started

    @property
    def goes_on(self) -> str:
        """What nobody stops who looks no longer; empty while nothing has been sent."""
        if self.started is not None:
            return f"the run of {self.upload.key!r} goes on"
        if self._sent is not None:
            return f"{self.upload.key!r} is uploaded, and a run of it may still start"
        return f"{self.upload.key!r} may be uploaded, and then start a run" if self._sending else ""

    @property
    def _up_first(self) -> str:
        return f"make it first: {self.up}"

    def _is_long_ago(self) -> bool:
        return self._sent is not None and time.monotonic() - self._sent >= self.again_after

    def _started(self) -> list[Run]:
        new = [arn for arn in self._arns() if arn not in self._known]
        runs = describe_all(self.aws, new)
        ours = [run for run in runs if run.key == self.upload.key and run.etag == self._etag]
        self._known.update(run.arn for run in runs if run not in ours)
        return ours

    def _arns(self) -> Iterator[str]:
        for machine in self.machines:
            arns = list_arns(self.aws, machine, RECENT)
            if arns is None:
                name = machine.rpartition(":")[2]
                raise UsageError(f"there is no state machine {name}: the stack is not up", hint=self._up_first)
            yield from arns


def delivers(aws: Aws, bucket: str, machines: Sequence[str]) -> bool:
    """Whether any run shows that the bucket's events arrive; the newest are asked first."""
    for machine in machines:
        arns = list_arns(aws, machine, RECENT) or []
        for first in range(0, len(arns), AT_A_TIME):
            runs = describe_all(aws, arns[first : first + AT_A_TIME])
            if any(run.by_event and run.bucket == bucket for run in runs):
                return True
    return False
