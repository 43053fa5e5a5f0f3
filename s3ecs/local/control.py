"""Finding, starting and stopping the embedded AWS; imports neither moto nor boto3, so every command can afford it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3ecs.errors import LocalError
from s3ecs.local import leftovers
from s3ecs.local.home import locked, write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.local.home import Home

HEALTH = "/_s3ecs/health"
BACK = "/_s3ecs/back"
WHOLE = "whole"
HOST = "/_s3ecs/host"
KEY_HEADER = "X-S3ecs-Key"
_POLL = 0.03  # seconds between two looks at a starting or ending server
_ANSWER = 10.0  # seconds for a busy server to say that it is there
_FINISH = 120.0  # seconds for a server to list its runs and deliver what was waiting
_STOP = 10.0  # seconds for a server to end its tasks and itself


@dataclass(frozen=True)
class Server:
    """A running embedded AWS: where it answers and with which credentials."""

    endpoint: str
    access_key: str
    secret_key: str
    account: str
    pid: int

    @property
    def revival_key(self) -> str:
        """The access key of whoever brings back what was kept; it is served while others have to wait."""
        return revival_key(self.access_key)

    def write(self, home: Home) -> None:
        """Tell others about this server; whoever can read the file can use it."""
        write_private(home.server, asdict(self))


def revival_key(access_key: str) -> str:
    """See ``Server.revival_key``."""
    return f"{access_key}REVIVAL"


def find(home: Home) -> Server | None:
    """The server of this folder, None where there is none.

    Raises LocalError where there is one that does not answer: what it holds is not to be lost from view.
    """
    server = _noted(home)
    if server is None:
        return None
    try:
        return server if _answers(server) else None
    except TimeoutError as error:
        if _ended(server.pid):
            return None
        raise LocalError(
            f"the embedded AWS (process {server.pid}) does not answer", hint="try again, or end it: s3ecs local stop"
        ) from error


def _noted(home: Home) -> Server | None:
    """The server that was last noted here; None where nothing is, or nothing that can be read."""
    try:
        noted = json.loads(home.server.read_text(encoding="utf-8"))
        return Server(**{field.name: noted[field.name] for field in fields(Server)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def is_back(server: Server) -> bool:
    """Whether everything that was kept has been brought back."""
    return bool(_asked(server, HEALTH, _ANSWER)["back"])


def finish_coming_back(server: Server, *, whole: bool) -> None:
    """The stacks are there again: let the server list the runs, deliver what was waiting, and serve everybody.

    ``whole`` says that none of them is missing.
    """
    _asked(server, f"{BACK}?{WHOLE}" if whole else BACK, _FINISH)


def admit(server: Server, name: str) -> None:
    """Let requests call the server by the name that a container engine has for this machine."""
    _asked(server, f"{HOST}?{name}", _ANSWER)


def start(home: Home, timeout: float = 60.0, waiting: Callable[[], None] | None = None) -> Server:
    """The server of this folder, started if there is none; two at once make one.

    ``waiting`` is called where another command is about to do it. Raises LocalError when the server does not answer
    within ``timeout`` seconds, or says why it cannot run.
    """
    home.make()
    with locked(home.lock, waiting):
        running = find(home)
        if running:
            return running
        offset = home.log.stat().st_size if home.log.exists() else 0
        pid = _spawn(home)
        for _ in _until(timeout):
            with contextlib.suppress(LocalError):  # it is there and busy with its start
                if found := find(home):
                    return found
            if _ended(pid):
                raise _reason(home, offset)
        os.kill(pid, signal.SIGKILL)
        raise LocalError(f"the embedded AWS did not answer within {timeout:g} s", hint=f"see {home.log}")


def stop(home: Home) -> bool:
    """End the server and every task process that it started; False when none was running."""
    try:
        server = find(home)
    except LocalError:
        server = _noted(home)
    if server is not None:
        os.kill(server.pid, signal.SIGTERM)
        if not any(_ended(server.pid) for _ in _until(_STOP)):
            os.kill(server.pid, signal.SIGKILL)
    home.server.unlink(missing_ok=True)
    leftovers.end(home)
    return server is not None


def _answers(server: Server) -> bool:
    try:
        return bool(_asked(server, HEALTH, _ANSWER)["pid"] == server.pid)
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError):
        return False  # another program has the port by now, or nobody


def _asked(server: Server, path: str, timeout: float) -> dict[str, Any]:
    host, _, port = server.endpoint.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    try:
        connection.request("GET", path, headers={KEY_HEADER: server.access_key})
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(f"{path} answers {answer.status}")
        told: dict[str, Any] = json.loads(answer.read())
        return told
    finally:
        connection.close()


def _spawn(home: Home) -> int:
    """Start the server detached from this terminal, its output in the log."""
    source = str(Path(__file__).parents[2])
    log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return os.posix_spawn(
            sys.executable,
            # -P: a module in the current folder must not stand in for one of ours
            [sys.executable, "-P", "-m", "s3ecs.local.server", str(home.folder)],
            os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(log)


def _until(timeout: float) -> Iterator[None]:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        yield
        time.sleep(_POLL)


def _ended(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):  # another process started it
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _reason(home: Home, offset: int) -> LocalError:
    """What the server said before it ended: its own ``error:`` and ``hint:`` lines, else where to look."""
    with home.log.open("rb") as log:
        log.seek(offset)
        lines = log.read().decode(errors="replace").splitlines()
    said = dict(line.split(": ", 1) for line in lines if line.startswith(("error: ", "hint: ")))
    message = said.get("error", "the embedded AWS ended while it was starting")
    return LocalError(message, hint=said.get("hint", f"see {home.log}"))
