"""Tasks in the order in which they were asked for, a bounded number at once."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING

from s3ecs.local.pipeline.attendance import Attendance

if TYPE_CHECKING:
    from s3ecs.local.keeping.runs import Runs
    from s3ecs.local.pipeline.starter import Starter
    from s3ecs.local.pipeline.task import Task

_log = logging.getLogger(__name__)
_AT_SHUTDOWN = 1.0  # seconds between SIGTERM and SIGKILL when the server ends


class Runner:
    """Runs tasks in the order of their submission, ``limit`` at once.

    A task that waits for its turn is PENDING, and its wait counts into the ``TimeoutSeconds`` of a state that waits for
    it. AWS: so does every wait for capacity.
    """

    def __init__(self, limit: int, starter: Starter, runs: Runs) -> None:
        self._runs = runs
        self._starter = starter
        self._waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._attended: dict[str, tuple[Task, Attendance]] = {}
        self._closing = False
        for number in range(limit):
            threading.Thread(target=self._work, name=f"tasks-{number}", daemon=True).start()

    def submit(self, task: Task) -> None:
        """Run the task when its turn comes."""
        task.change(last="PENDING")
        self._waiting.put(task)

    def stop(self, task: Task, code: str, reason: str) -> None:
        """Ask the task to end: SIGTERM to its processes, SIGKILL after each container's stop timeout.

        One that waits for its turn ends at once. The first reason stays.
        """
        with task.lock:
            if task.stopped.is_set():
                return
            attended = self._attended.get(task.id)
            if attended is None:
                task.end(code, reason)
            else:
                attended[1].stop(code, reason)

    def close(self) -> None:
        """End every task process, for the server's own end."""
        self._closing = True
        self._runs.close()
        attended = list(self._attended.values())
        for _, attendance in attended:
            attendance.stop("UserInitiated", "The embedded AWS was stopped")
        deadline = time.monotonic() + _AT_SHUTDOWN
        for task, _ in attended:
            task.stopped.wait(max(0.0, deadline - time.monotonic()))
            for container in task.containers:
                container.kill()

    def _work(self) -> None:
        while True:
            task = self._waiting.get()
            try:
                self._run(task)
            except Exception as error:  # noqa: BLE001  (a task must end whatever happens, its run waits for it)
                _log.exception("task %s", task.arn)
                for container in task.containers:
                    container.kill()
                task.end("TaskFailedToStart", f"InternalError: {error}")

    def _run(self, task: Task) -> None:
        if fault := task.call.fault:
            task.end(fault.get("stopCode", "TaskFailedToStart"), fault.get("stoppedReason", ""))
            return
        if task.main.program is None:
            task.main.leave_out()
            task.end("TaskFailedToStart", task.main.reason or "")
            return
        attendance = Attendance(task, self._starter)
        with task.lock:  # a stop comes before this or finds it, never between
            if task.stopped.is_set() or self._closing:
                return
            self._attended[task.id] = (task, attendance)
        try:
            attendance.run()
        finally:
            del self._attended[task.id]
