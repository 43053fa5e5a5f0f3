"""A container's output to CloudWatch Logs, line by line as it is printed."""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from typing import IO, TYPE_CHECKING, Any

from s3ecs.local import backends
from s3ecs.local.backends import Place
from s3ecs.local.pipeline.log_bounds import LogBounds

if TYPE_CHECKING:
    from s3ecs.local.pipeline.container import Container
    from s3ecs.local.pipeline.task import Task

_log = logging.getLogger(__name__)
_READ = 65536
_EVENT = 262144 - 26  # AWS: bytes of one log event
_END = 2048  # bytes that are taken back
_bounds: dict[Any, LogBounds] = defaultdict(LogBounds)  # by moto's backend, which is one per account and region


class LogRefused(Exception):
    """The log stream could not be made; AWS then does not start the task."""


class TaskLog:
    """The stream ``prefix/container/task-id`` in the container's awslogs group; without one, lines go nowhere."""

    def __init__(self, task: Task, container: Container) -> None:
        configuration = container.definition.get("logConfiguration") or {}
        options: dict[str, Any] = configuration.get("options") or {}
        self._group = options.get("awslogs-group") if configuration.get("logDriver") == "awslogs" else None
        self._stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container.name}/{task.id}"
        self._backend = Place(task.account, options.get("awslogs-region", task.region)).logs
        self._end = b""
        if self._group is None:
            return
        if options.get("awslogs-create-group") == "true" and self._group not in self._backend.groups:
            self._backend.create_log_group(self._group, {})
        try:
            self._backend.create_log_stream(self._group, self._stream)
        except backends.ERRORS as error:
            raise LogRefused(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
                f"failed to create Cloudwatch log stream: {backends.code_of(error)}: {backends.message_of(error)}"
            ) from error

    def follow(self, pipe: IO[bytes]) -> None:
        """Copy what comes through the pipe until its last writer closes it, then close it."""
        rest = b""
        with pipe:
            while chunk := os.read(pipe.fileno(), _READ):
                self._end = (self._end + chunk)[-_END:]
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > _EVENT:
                    lines, rest = [*lines, rest], b""
                self._put(lines)
        self._put([rest])

    def close(self) -> None:
        """The container has ended, and all that it printed was followed."""
        if self._group in self._backend.groups:
            _bounds[self._backend].ended(self._backend.groups[self._group], self._stream)

    def take_back(self) -> str:
        """The end of what was printed; none of it is in the stream any more, as it was not the program's."""
        if self._group in self._backend.groups:
            self._backend.groups[self._group].streams[self._stream].events.clear()
        return self._end.decode(errors="replace")

    def _put(self, lines: list[bytes]) -> None:
        now = int(time.time() * 1000)
        events = [
            {"timestamp": now, "message": line[start : start + _EVENT].decode(errors="replace")}
            for line in lines
            for start in range(0, len(line), _EVENT)  # AWS: an empty line is no event
        ]
        if not events or self._group is None:
            return
        try:
            self._backend.put_log_events(self._group, self._stream, events)
            _bounds[self._backend].written(self._backend.groups[self._group].streams[self._stream])
        except backends.ERRORS as error:
            _log.warning("%s: %s: lines are lost: %s", self._group, self._stream, backends.message_of(error))
