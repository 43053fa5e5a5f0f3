"""Where the embedded AWS keeps its files."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3ecs import user
from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHOSEN, STATE = "S3ECS_LOCAL_DIR", "XDG_STATE_HOME"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
TEMPORARY = ".half-"  # begins the name of a file that is still being written; one that was left over is nobody's


@dataclass(frozen=True)
class Home:
    """The folder of one embedded AWS; whoever can read it can start programs through the server, so it is 0700."""

    folder: Path

    @classmethod
    def default(cls) -> Home:
        """``$S3ECS_LOCAL_DIR``, else ``s3ecs`` in the user's state directory.

        Raises UsageError where that can be no folder, or where nobody says where the user is at home.
        """
        chosen = os.environ.get(CHOSEN)
        if not chosen:
            folder = (user.folder(STATE) or user.home(CHOSEN) / ".local" / "state") / "s3ecs"
        elif chosen.partition("/")[0] == "~":
            folder = user.home(CHOSEN) / chosen[2:]
        else:
            try:
                folder = Path(chosen).expanduser().absolute()
            except RuntimeError as error:
                raise _unusable(Path(chosen), f"there is no user {chosen.partition('/')[0][1:]!a}") from error
        for above in (folder, *folder.parents):
            if above.exists() and not above.is_dir():
                raise _unusable(folder, f"{str(above)!a} is no folder")
        return cls(folder)

    @property
    def server(self) -> Path:
        """Endpoint and keys of the running server."""
        return self.folder / "server.json"

    @property
    def log(self) -> Path:
        """What the server and moto print."""
        return self.folder / "server.log"

    @property
    def lock(self) -> Path:
        """Held while a server is looked for or started."""
        return self.folder / "server.lock"

    @property
    def programs(self) -> Path:
        """One file per applied stack: the commands that may be run."""
        return self.folder / "programs"

    @property
    def tasks(self) -> Path:
        """One file per running task: its process group."""
        return self.folder / "tasks"

    @property
    def docker(self) -> Path:
        """The user's configuration of docker's CLI, but for what containers shall not have of it."""
        return self.folder / "docker"

    @property
    def kept(self) -> Path:
        """What outlives the server: applied stacks, objects, runs."""
        return self.folder / "kept"

    @property
    def revival(self) -> Path:
        """Held while what was kept is brought back."""
        return self.folder / "revival.lock"

    @property
    def faults(self) -> Path:
        """Failures that tests ask for."""
        return self.folder / "faults.json"

    @property
    def twice(self) -> Path:
        """There while object events are delivered twice."""
        return self.folder / "twice.json"

    def make(self) -> Home:
        """Create the folders if they are absent; returns itself."""
        for folder in (self.folder, self.programs, self.tasks, self.kept):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                if error.errno in FULL:
                    raise
                raise _unusable(self.folder, error.strerror or str(error)) from error
        self.folder.chmod(0o700)
        return self


def _unusable(folder: Path, why: str) -> UsageError:
    chosen = CHOSEN if os.environ.get(CHOSEN) else STATE if user.folder(STATE) else ""
    return UsageError(
        f"the embedded AWS cannot keep its files in {str(folder)!a}: {why}",
        hint=f"{chosen} says so; set it to a folder of your own" if chosen else f"set {CHOSEN} to a folder of your own",
    )


def write_private(path: Path, value: Any) -> None:
    """Write a JSON file that only this user can read; a reader sees the old content or the new, never half of it."""
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only this user can read, all of it or nothing; raises OSError where it cannot be written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file ``path``; waits for whoever holds it, and a dead holder's lock is free.

    ``waiting`` is called where somebody holds it.
    """
    import fcntl  # noqa: PLC0415  (absent on Windows, where nothing of this can run)

    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
