"""The user's own container CLI: which one there is, and running it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from s3ecs.errors import S3ecsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAMES: Final = ("docker", "podman", "finch")
VARIABLE: Final = "S3ECS_CONTAINER_CLI"
KEPT: Final = 10  # lines of a failure that are told
ANSWERS_WITHIN: Final = 20.0  # seconds that an engine may take to say that it is there


class CliFailed(S3ecsError):
    """The container CLI ended with another exit code than 0.

    ``code`` is that, ``words`` the last lines it wrote, ``why`` the one among them that says what went wrong.
    """

    def __init__(
        self, message: str, *, code: int, words: tuple[str, ...] = (), why: str = "", hint: str | None = None
    ) -> None:
        super().__init__("\n".join([message, *words]), hint=hint)
        self.code, self.words, self.why = code, words, why or f"exit code {code}"


class EngineDown(UsageError):
    """There is a container CLI, and the engine behind it does not answer."""


@dataclass(frozen=True)
class ContainerCli:
    """One container CLI: ``path`` of the program, and whose words it understands: docker's, podman's or finch's."""

    path: str
    name: str

    @classmethod
    def find(cls) -> ContainerCli | None:
        """The one that ``S3ECS_CONTAINER_CLI`` names, else the first on PATH whose engine answers; None without any.

        Raises UsageError where the one that is named is not there, EngineDown where some are and none answers.
        """
        named = os.environ.get(VARIABLE)
        there = [_named(named)] if named else [path for name in NAMES if (path := shutil.which(name))]
        silent: dict[ContainerCli, str] = {}
        for each in map(_known, there):
            complaint = each.complaint()
            if complaint is None:
                return each
            silent[each] = complaint
        if silent:
            told = "; ".join(f"{each.name}: {words}" for each, words in silent.items())
            raise EngineDown(
                f"the container engine does not answer ({told})",
                hint=f"start it, or name another container CLI in {VARIABLE}",
            )
        return None

    def complaint(self) -> str | None:
        """What it says where its engine does not answer, None where it does."""
        try:
            subprocess.run(
                [self.path, "ps", "--quiet"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=ANSWERS_WITHIN,
                check=True,
                encoding="utf-8",
                errors="backslashreplace",
            )
        except subprocess.CalledProcessError as error:
            said = (error.stderr or error.stdout).strip().splitlines()
            return said[-1] if said else f"exit code {error.returncode}"
        except subprocess.TimeoutExpired:
            return f"no answer in {ANSWERS_WITHIN:.0f} s"
        except OSError as error:
            return error.strerror or str(error)
        return None

    def run(
        self,
        *arguments: str,
        stdin: str | None = None,
        lines: Callable[[str], None] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Run it without a shell and return what it wrote to standard output.

        ``lines`` hears every line as it is written, of both streams. ``stdin`` is all that it can read,
        ``environment`` is added to this process's own. Raises CliFailed for another exit code than 0.
        """
        last: deque[str] = deque(maxlen=KEPT)

        def hear(stream: IO[str]) -> list[str]:
            heard = []
            for line in stream:
                heard.append(line)
                if words := line.rstrip():
                    last.append(words)
                    if lines is not None:
                        lines(words)
            return heard

        with (
            subprocess.Popen(
                [self.path, *arguments],
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **(environment or {})},
                encoding="utf-8",
                errors="backslashreplace",
            ) as process,
            ThreadPoolExecutor(2, thread_name_prefix="container-cli") as readers,
        ):
            streams = [readers.submit(hear, stream) for stream in (process.stdout, process.stderr) if stream]
            if stdin is not None and process.stdin is not None:
                _feed(process.stdin, stdin)
            try:
                output, errors = (stream.result() for stream in streams)
                code = process.wait()
            except BaseException:  # Ctrl-C: nobody waits for it any more
                process.terminate()
                raise
        if code:
            message = f"{self.name} {arguments[0] if arguments else ''}: exit code {code}"
            raise CliFailed(message, code=code, words=tuple(last), why=_why(errors) or _why(output))
        return "".join(output)

    def attached(self, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
        """Run it with this process's own standard streams; returns its exit code.

        Ctrl-C is the CLI's: it hands it on to the container, and is waited for.
        """
        with subprocess.Popen([self.path, *arguments], env={**os.environ, **(environment or {})}) as process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                return process.wait()


def _why(lines: list[str]) -> str:
    """The last line with something in it. What is written to the other stream may be heard before it or after it."""
    last = next((words for line in reversed(lines) if (words := line.strip())), "")
    return last.removeprefix("Error: ").removeprefix("Error response from daemon: ")


def _feed(stream: IO[str], text: str) -> None:
    try:
        with stream:
            stream.write(text)
    except BrokenPipeError:  # it has ended before it read everything; its exit code says why
        pass


def _named(wanted: str) -> str:
    """The path of the program of this name or path."""
    path = shutil.which(wanted)
    if path is None:
        raise UsageError(
            f"{VARIABLE} names {wanted!a}, and there is no such program",
            hint=f"set it to a path, or unset it: the first of {', '.join(NAMES)} is taken",
        )
    return path


def _known(path: str) -> ContainerCli:
    """The CLI at this path, known by what it says of itself; one that says none of the three, by its file's name.

    A program that is called docker may be a script around podman, which says so at every call: podman itself is taken.
    """
    folder, file = os.path.split(path)
    said = _version(path)
    name = next((each for words in (said, file) for each in NAMES if each in words), NAMES[0])
    if name == "podman" and name not in file:
        path = shutil.which(name, path=folder) or shutil.which(name) or path
    return ContainerCli(path, name)


def _version(path: str) -> str:
    """``Docker version 28.2.2, build e6534b4`` and its like, in small letters; empty where it does not say."""
    try:
        done = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWERS_WITHIN, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace").lower()
