"""The containers of one task, from the first start to the last end: order, essential ones, what ends what."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from s3ecs.local.pipeline import secrets
from s3ecs.local.pipeline.task_logs import LogRefused, TaskLog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3ecs.local.pipeline.container import Container
    from s3ecs.local.pipeline.started import Ended, Started
    from s3ecs.local.pipeline.starter import Starter
    from s3ecs.local.pipeline.task import Task

_LAST_LINES = 5.0  # seconds for the pipe of an ended container to run dry


class Attendance:
    """Runs a task's containers; one thread calls ``run``, any may call ``stop``."""

    def __init__(self, task: Task, starter: Starter) -> None:
        self._task = task
        self._starter = starter
        self._ended: queue.SimpleQueue[tuple[Container, Ended]] = queue.SimpleQueue()
        self._waiting = [container for container in task.containers if container.program]
        self._under_way = 0

    def run(self) -> None:
        """Until every container has ended; the task has stopped then."""
        task = self._task
        for container in task.containers:
            if container.program is None:
                container.leave_out()
        try:
            for container in self._waiting:
                container.secrets = secrets.values(task, container.definition)
            logs = {container.name: TaskLog(task, container) for container in self._waiting}
        except (secrets.SecretRefused, LogRefused) as error:
            task.end("TaskFailedToStart", str(error))
            return
        for moment in ("connectivityAt", "pullStartedAt", "pullStoppedAt"):
            task.mark(moment)
        self._start_ready(logs)
        while self._under_way:
            self._note_end(*self._ended.get())
            self._start_ready(logs)
        task.end("EssentialContainerExited", "Essential container in task exited")

    def stop(self, code: str, reason: str) -> None:
        """Start nothing more, and end what runs."""
        with self._task.lock:
            self._task.wind_down(code, reason)
            self._waiting.clear()
            for container in self._task.containers:
                container.stop()

    def _start_ready(self, logs: dict[str, TaskLog]) -> None:
        """Start what waits for nothing any more; each start may be what another waits for."""
        with self._task.lock:  # a stop comes before a start or finds the process, never between
            while ready := [container for container in self._waiting if self._may_start(container)]:
                for container in ready:
                    self._waiting.remove(container)
                    if not self._start(container, logs[container.name]):
                        return
            if hopeless := next(filter(self._is_hopeless, self._waiting), None):
                self._fail(hopeless, "a container that it waits for did not exit successfully")
            elif not self._waiting and self._task.desired_status == "RUNNING":
                self._task.mark("startedAt")
                self._task.change(last="RUNNING")

    def _may_start(self, container: Container) -> bool:
        return all(other.fulfils(condition) for other, condition in self._dependencies(container))

    def _is_hopeless(self, container: Container) -> bool:
        return any(
            condition == "SUCCESS" and other.exit_code not in {None, 0}
            for other, condition in self._dependencies(container)
        )

    def _dependencies(self, container: Container) -> Iterable[tuple[Container, str]]:
        by_name = {one.name: one for one in self._task.containers}
        return [(by_name[name], condition) for name, condition in container.depends_on]

    def _start(self, container: Container, log: TaskLog) -> bool:
        try:
            started = self._starter.start(self._task, container)
        except (OSError, ValueError) as error:  # not there, not executable, a NUL in an argument
            self._fail(container, str(error))
            return False
        container.started = started
        container.status = "RUNNING"
        self._under_way += 1
        threading.Thread(target=self._follow, args=(container, started, log), daemon=True).start()
        return True

    def _fail(self, container: Container, why: str) -> None:
        container.reason = f"CannotStartContainerError: {why}"
        self.stop("TaskFailedToStart", container.reason)

    def _follow(self, container: Container, started: Started, log: TaskLog) -> None:
        followers = [threading.Thread(target=log.follow, args=(pipe,), daemon=True) for pipe in started.outputs]
        for follower in followers:
            follower.start()

        def printed() -> str:
            for follower in followers:
                follower.join(_LAST_LINES)
            return log.take_back()

        ended = started.wait(printed)
        for follower in followers:
            follower.join(_LAST_LINES)
        log.close()
        self._ended.put((container, ended))
        started.clear_away()

    def _note_end(self, container: Container, ended: Ended) -> None:
        with self._task.lock:
            self._under_way -= 1
            container.status = "STOPPED"
            container.exit_code, container.reason = ended
            if container.exit_code is None:
                self._task.times.pop("startedAt", None)
                self.stop("TaskFailedToStart", ended.reason or "")
                return
            if not container.is_essential:
                return
            self._task.decisive = self._task.decisive or container
        self.stop("EssentialContainerExited", "Essential container in task exited")
