"""A container's program as a process: its own process group, its environment, a note of it on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import IO, TYPE_CHECKING

from s3ecs.local import later, processes
from s3ecs.local.pipeline.started import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from s3ecs.local.home import Home
    from s3ecs.local.programs import Program

_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Process:
    """What stands in for an image, and everything that it starts in its process group."""

    def __init__(
        self, home: Home, note: str, program: Program, command: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        """Start it. Raises OSError or ValueError where it cannot run."""
        self._home = home
        self._note = note
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._process = subprocess.Popen(
            [os.fsencode(word) for word in (*program.argv, *command)],
            cwd=program.folder,
            env={**inherited, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        processes.remember(home, note, self._process.pid)

    @property
    def outputs(self) -> list[IO[bytes]]:
        """See ``Started``, here as below."""
        return list(filter(None, [self._process.stdout]))

    def wait(self, printed: Callable[[], str]) -> Ended:  # noqa: ARG002  (one that cannot begin is never there)
        """AWS: a container ends with its first process, whatever it left running."""
        code = self._process.wait()
        processes.end_group(self._process.pid, signal.SIGKILL)
        return Ended(code if code >= 0 else 128 - code)

    def stop(self, seconds: float) -> None:
        self._signal(signal.SIGTERM)
        later.after(seconds, self.kill)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def clear_away(self) -> None:
        processes.forget(self._home, self._note)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            processes.end_group(self._process.pid, number)
