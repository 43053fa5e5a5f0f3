"""A container's program in a real container, by the user's own container CLI, which stays in front of it to its end."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from s3ecs.local import leftovers, processes
from s3ecs.local.pipeline.kernel_log import KernelLog
from s3ecs.local.pipeline.started import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from s3ecs.local.home import Home
    from s3ecs.local.pipeline.container_words import Variables
    from s3ecs.local.pipeline.engine import Engine

_AGAIN = 0.2  # seconds between two attempts to stop what may not be there yet
_AND_MORE = 30.0  # seconds that an engine may take beyond the time that it gives the program
_KILLED = 137
_OF_THE_CLI: Final = {125, 126, 127}  # exit codes that are the CLI's own where the container never ran
OUT_OF_MEMORY: Final = "OutOfMemoryError: Container killed due to memory usage"
CANNOT_PULL: Final = "CannotPullContainerError"
CANNOT_START: Final = "CannotStartContainerError: ResourceInitializationError"


class Contained:
    """One container, from ``run`` to ``rm``; its name is the task's id and the container's own name."""

    def __init__(self, home: Home, engine: Engine, name: str, words: Iterable[str], variables: Variables) -> None:
        """Run it with these words. Raises OSError or ValueError where the CLI cannot run."""
        self._home, self._note = home, name
        self._engine, self._name = engine, f"s3ecs-{name}"
        self._is_stopping = False
        self._kernel = KernelLog()
        leftovers.expect(home, engine.cli, engine.said)
        named = ("--name", self._name, "--label", leftovers.label(home))
        with contextlib.ExitStack() as on_failure, variables.file() as filed:
            on_failure.enter_context(contextlib.closing(self._kernel))
            self._process = subprocess.Popen(
                [os.fsencode(word) for word in (engine.cli, "run", *named, *words)],
                env={**engine.environment, **engine.for_runs, **variables.passed},
                stdin=filed,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
            on_failure.pop_all()
        processes.remember(home, name, self._process.pid)

    @property
    def outputs(self) -> list[IO[bytes]]:
        """See ``Started``, here as below. An engine reads both streams side by side, without an order between them."""
        return list(filter(None, [self._process.stdout, self._process.stderr]))

    def wait(self, printed: Callable[[], str]) -> Ended:
        with contextlib.closing(self._kernel):
            return self._ended(printed)

    def _ended(self, printed: Callable[[], str]) -> Ended:
        code = self._process.wait()
        if code == 0:
            return Ended(0)
        state = self._state()
        if code in _OF_THE_CLI and not state.has_begun:
            return Ended(None, _why(printed()))
        if state.was_starved or self._may_have_starved(code, state.id):
            return Ended(code, OUT_OF_MEMORY)
        return Ended(code if code > 0 else 128 - code)

    def _may_have_starved(self, code: int, container: str) -> bool:
        """Podman does not always notice and finch never: the kernel is asked, where it is this machine's and answers.

        Where it is not, a 137 that nobody here asked for is most often that: what kills its own is rare.
        """
        if self._engine.kind == "docker" or self._is_stopping:
            return False
        told = self._kernel.was_starved(container) if self._engine.host is None and container else None
        return code == _KILLED if told is None else told

    def stop(self, seconds: float) -> None:
        self._is_stopping = True
        threading.Thread(target=self._stop, args=(seconds,), name=f"stop-{self._name}", daemon=True).start()

    def kill(self) -> None:
        self._is_stopping = True
        if self._process.poll() is None:
            self._engine.told("kill", self._name)

    def clear_away(self) -> None:
        self._engine.told("rm", "--force", self._name)
        processes.forget(self._home, self._note)

    def _stop(self, seconds: float) -> None:
        """The engine sends the image's own stop signal, else SIGTERM; what is still being made is waited for."""
        while self._process.poll() is None:
            # Of its two forms this one alone is every version's of every CLI.
            self._engine.told("stop", "-t", f"{seconds:g}", self._name, within=seconds + _AND_MORE)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_AGAIN)

    def _state(self) -> _State:
        """As the engine tells it; there is no time of a start that never was.

        It is asked for everything: a template names what not every engine has, and finch's fails on that.
        """
        told = self._engine.told("inspect", self._name)
        try:
            (container,) = json.loads(told)
        except ValueError:
            return _State("", was_starved=False, has_begun=False)
        state = container["State"]
        has_begun = state.get("Status") != "created" and not state.get("StartedAt", "").startswith("0001-")
        return _State(container["Id"], bool(state.get("OOMKilled")), has_begun)


class _State(NamedTuple):
    id: str
    was_starved: bool
    has_begun: bool


def _why(printed: str) -> str:
    """AWS's reason for what the CLI says of a container that never began."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    said = next((line for line in lines if "rror" in line), lines[-1] if lines else "the container CLI did not say why")
    said = said.removeprefix("docker: ").removeprefix("Error: ").removeprefix("Error response from daemon: ")
    if any(words in said for words in ("image not known", "No such image", "no such image", "not found locally")):
        return f"{CANNOT_PULL}: {said}"
    return f"{CANNOT_START}: failed to create new container runtime task: {said}"
