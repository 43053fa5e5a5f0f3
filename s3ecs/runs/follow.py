"""Following a run to its end: its tasks, their lines, the container's exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from s3ecs.runs import run as runs
from s3ecs.runs import task as tasks
from s3ecs.runs.lines import Lines

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.runs.run import Run
    from s3ecs.runs.task import Task

# AWS: a stopped task's last lines may reach CloudWatch some seconds after it.
LATE_LINES = 5.0  # seconds
LATE_LINES_LOCAL = 0.0


class Listener(Protocol):
    """Who hears what happens."""

    def task(self, task: Task) -> None:
        """A try has begun, or its task is in another state."""

    def line(self, text: str) -> None:
        """The container printed a line."""


@dataclass(frozen=True)
class Stream:
    """Where a job's containers write: ``prefix/container/task-id`` in ``group``."""

    group: str
    prefix: str
    container: str


@dataclass
class _Try:
    task: Task
    lines: Lines


class Follower:
    """Follows one run; ``ended`` is asked again and again until it says yes."""

    def __init__(self, aws: Aws, run: Run, stream: Stream, listener: Listener) -> None:
        self.aws, self.run, self.stream, self.listener = aws, run, stream, listener
        self._tries: dict[str, _Try] = {}

    def follow(self, seconds: float) -> Run:
        """The run at its end. Raises WaitTimedOut after ``seconds``, Interrupted where the user stops it."""
        local = self.aws.environment.local
        every = 0.2 if local else 2.0
        self.aws.wait_until(f"run {self.run.name} to end", self._has_ended, seconds=seconds, every=every)
        self._drain(LATE_LINES_LOCAL if local else LATE_LINES)
        return self.run

    @property
    def exit_code(self) -> int | None:
        """That of the last try's container; None where none ran to its end."""
        return next((each.task.exit_code for each in reversed(self._tries.values())), None)

    def _has_ended(self) -> bool:
        ended = self.run.status != runs.UNDER_WAY
        if not ended:
            self.run = runs.describe(self.aws, self.run.arn)
        self._look_at_tasks()
        return ended

    def _look_at_tasks(self) -> None:
        for arn in tasks.tasks_of(self.aws, self.run):
            known = self._tries.get(arn)
            over = known is not None and known.task.status == tasks.STOPPED
            task = known.task if known and over else tasks.describe(self.aws, arn, self.stream.container)
            if task is None:
                continue
            if known is None:
                name = f"{self.stream.prefix}/{self.stream.container}/{task.id}"
                known = self._tries[arn] = _Try(task, Lines(self.aws, self.stream.group, name))
                self.listener.task(task)
            elif known.task != task:
                known.task = task
                self.listener.task(task)
            self._print(known)

    def _print(self, attempt: _Try) -> bool:
        printed = False
        for line in attempt.lines.new():
            self.listener.line(line)
            printed = True
        return printed

    def _drain(self, seconds: float) -> None:
        """Lines that come after the end; waits at most ``seconds`` after the last of them."""
        while self._tries:
            if any(self._print(attempt) for attempt in self._tries.values()):
                continue
            if seconds <= 0 or self.aws.stop.wait(seconds):
                return
            seconds = 0.0
