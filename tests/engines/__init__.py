"""Real container engines apart from the user's own, each with storage of its own and an image to run shells in."""

from __future__ import annotations

import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REQUIRED: Final = "S3ECS_TEST_CONTAINERS"
"""Set where engines were installed for the tests: then it is a failure that they cannot run."""
BUSYBOX: Final = "localhost/s3ecs-tests/busybox:1"
"""An image with every command of a static busybox and a /tmp, and with no entrypoint."""
BOTH: Final = pytest.mark.parametrize("engine", ["podman", "docker"], indirect=True)
"""A test with this mark runs once with each of them."""


@dataclass(frozen=True)
class Engine(ABC):
    """An engine that is spoken to by its own CLI at ``path``; it keeps everything below ``folder``."""

    kind: ClassVar[str]
    path: str
    folder: Path

    @property
    @abstractmethod
    def env(self) -> Mapping[str, str]:
        """What makes another process use this one."""

    def __call__(self, *words: str) -> str:
        """What the CLI prints; fails where it fails."""
        done = subprocess.run(
            [self.path, *words],
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{self.kind} {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def containers(self) -> list[str]:
        """The names of all that are there, running or not."""
        return self("ps", "--all", "--format", "{{.Names}}").split()

    def id(self, image: str) -> str:
        """The id of an image."""
        return self("image", "inspect", "--format", "{{.Id}}", image).removeprefix("sha256:")

    def build(self, tag: str, dockerfile: str) -> None:
        """Build an image of these lines, without any file."""
        folder = self.folder / "contexts" / tag.replace("/", "-").replace(":", "-")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        self("build", "--quiet", "--tag", tag, str(folder))

    def ready(self) -> None:
        """Make BUSYBOX and run it; the test cannot run where that fails."""
        try:
            self("build", "--quiet", "--tag", BUSYBOX, str(self._busybox()))
            self("run", "--rm", "--network=host", BUSYBOX, "true")
        except (AssertionError, subprocess.TimeoutExpired) as error:
            cannot(f"{self.kind} runs no containers here: {error}")

    def _busybox(self) -> Path:
        """What the image is built from. Nothing runs meanwhile, for which not every builder has the network here."""
        program = shutil.which("busybox")
        if program is None:
            cannot("a static busybox is not installed")
        context = self.folder / "busybox"
        inside = context / "root"
        (inside / "bin").mkdir(parents=True)
        (inside / "tmp").mkdir()
        (inside / "tmp").chmod(0o1777)
        shutil.copy(program, inside / "bin")
        for name in subprocess.run([program, "--list"], capture_output=True, check=True).stdout.decode().split():
            if name != "busybox":
                (inside / "bin" / name).symlink_to("busybox")
        (context / "Dockerfile").write_text("FROM scratch\nCOPY root /\n", encoding="utf-8")
        return context


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """Podman, and where the test is marked BOTH docker too."""
    found: Engine = request.getfixturevalue(getattr(request, "param", "podman"))
    return found


def cannot(reason: str) -> NoReturn:
    """The test cannot run here: it is skipped with the reason, or fails where it had to."""
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, and {reason}")
    pytest.skip(reason)
