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
from typing import TYPE_CHECKING

from s3ecs.errors import LocalError
from s3ecs.local import processes
from s3ecs.local.home import locked, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.local.home import Home

HEALTH = "/_s3ecs/health"
KEY_HEADER = "X-S3ecs-Key"
_POLL = 0.03  # seconds between two looks at a starting or ending server
_ANSWER = 10.0  # seconds for a busy server to say that it is there
_STOP = 10.0  # seconds for a server to end its tasks and itself


@dataclass(frozen=True)
class Server:
    """A running embedded AWS: where it answers and with which credentials."""

    endpoint: str
    access_key: str
    secret_key: str
    account: str
    pid: int

    def write(self, home: Home) -> None:
        """Tell others about this server; whoever can read the file can use it."""
        write_private(home.server, asdict(self))


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


def start(home: Home, timeout: float = 60.0) -> Server:
    """The server of this folder, started if there is none; two at once make one.

    Raises LocalError when it does not answer within ``timeout`` seconds, or says why it cannot run.
    """
    home.make()
    with locked(home.lock):
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
    processes.end_leftovers(home)
    return server is not None


def _answers(server: Server) -> bool:
    host, _, port = server.endpoint.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=_ANSWER)
    try:
        connection.request("GET", HEALTH, headers={KEY_HEADER: server.access_key})
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK and json.loads(answer.read())["pid"] == server.pid
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError):
        return False  # another program has the port by now, or nobody
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
