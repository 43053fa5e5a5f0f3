"""The program of a task as a process: a bounded number at once, each in its own process group."""

from __future__ import annotations

import logging
import os
import queue
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from s3ecs.local import later, processes
from s3ecs.local.pipeline.task_logs import LogRefused, TaskLog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.local.home import Home
    from s3ecs.local.pipeline.task import Task

_log = logging.getLogger(__name__)
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
_STOP_TIMEOUT = 30  # AWS: seconds between SIGTERM and SIGKILL unless the container says
_LAST_LINES = 5.0  # seconds for the pipe of an ended task to run dry
_AT_SHUTDOWN = 1.0  # seconds between SIGTERM and SIGKILL when the server ends


class Runner:
    """Runs tasks in the order of their submission, ``limit`` at once."""

    def __init__(self, home: Home, limit: int, credentials: Mapping[str, str]) -> None:
        self._home = home
        self._credentials = dict(credentials)
        self._waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._running: dict[str, tuple[Task, subprocess.Popen[bytes]]] = {}
        self._closing = False
        for number in range(limit):
            threading.Thread(target=self._work, name=f"tasks-{number}", daemon=True).start()

    def submit(self, task: Task) -> None:
        """Run the task when its turn comes."""
        task.last_status = "PENDING"
        self._waiting.put(task)

    def stop(self, task: Task, code: str, reason: str) -> None:
        """Ask the task to end: SIGTERM to its processes, SIGKILL after the container's stop timeout.

        One that waits for its turn ends at once. The first reason stays.
        """
        with task.lock:
            task.stop_code = task.stop_code or code
            task.stopped_reason = task.stopped_reason or reason
            task.desired_status = "STOPPED"
            task.mark("stoppingAt")
            if task.last_status == "STOPPED":
                return
            running = self._running.get(task.id)
            if running is None:
                task.end(code, reason)
                return
        process = running[1]
        _signal(process, signal.SIGTERM)
        timeout = task.container.get("stopTimeout", _STOP_TIMEOUT)
        later.after(timeout, lambda: _signal(process, signal.SIGKILL))

    def close(self) -> None:
        """End every task process, for the server's own end."""
        self._closing = True
        running = list(self._running.values())
        for _, process in running:
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + _AT_SHUTDOWN
        for task, process in running:
            task.stopped.wait(max(0.0, deadline - time.monotonic()))
            processes.end_group(process.pid, signal.SIGKILL)

    def _work(self) -> None:
        while True:
            task = self._waiting.get()
            try:
                self._run(task)
            except Exception as error:  # noqa: BLE001  (a task must end whatever happens, its run waits for it)
                _log.exception("task %s", task.arn)
                task.end("TaskFailedToStart", f"InternalError: {error}")

    def _run(self, task: Task) -> None:
        fault, program = task.call.fault, task.call.program
        if fault:
            task.end(fault.get("stopCode", "TaskFailedToStart"), fault.get("stoppedReason", ""))
            return
        if program is None:
            image = task.container["image"]
            task.end("TaskFailedToStart", f"CannotPullContainerError: no program stands in for the image {image}")
            return
        try:
            log = TaskLog(task)
            process = self._start(task)
        except LogRefused as error:
            task.end("TaskFailedToStart", str(error))
            return
        except (OSError, ValueError) as error:  # not there, not executable, a NUL in an argument
            reason = f"CannotStartContainerError: {error}"
            task.end("TaskFailedToStart", reason, container_reason=reason)
            return
        if process is not None:
            self._attend(task, process, log)

    def _start(self, task: Task) -> subprocess.Popen[bytes] | None:
        program = task.call.program
        assert program is not None  # noqa: S101  (the caller looked)
        command = task.override.get("command") or task.container.get("command") or []
        with task.lock:  # a stop comes before the start or finds the process, never between
            if task.desired_status == "STOPPED" or self._closing:
                return None
            process = subprocess.Popen(
                [os.fsencode(word) for word in (*program.argv, *command)],
                cwd=program.folder,
                env=self._environment(task),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
                start_new_session=True,
            )
            self._running[task.id] = (task, process)
            processes.remember(self._home, task.id, process.pid)
            task.last_status = "RUNNING"
            for moment in ("connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt"):
                task.mark(moment)
        return process

    def _attend(self, task: Task, process: subprocess.Popen[bytes], log: TaskLog) -> None:
        assert process.stdout is not None  # noqa: S101  (it was started with a pipe)
        follower = threading.Thread(target=log.follow, args=(process.stdout,), daemon=True)
        follower.start()
        code = process.wait()
        # AWS: a container ends with its first process, whatever it left running.
        processes.end_group(process.pid, signal.SIGKILL)
        follower.join(_LAST_LINES)
        del self._running[task.id]
        processes.forget(self._home, task.id)
        task.exit_code = code if code >= 0 else 128 - code
        task.end("EssentialContainerExited", "Essential container in task exited")

    def _environment(self, task: Task) -> dict[str, str]:
        given = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        for pair in (*task.container.get("environment", []), *task.override.get("environment", [])):
            given[pair["name"]] = pair["value"]
        region = {"AWS_REGION": task.region, "AWS_DEFAULT_REGION": task.region}
        return given | self._credentials | region


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        processes.end_group(process.pid, number)
