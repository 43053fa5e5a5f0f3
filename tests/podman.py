"""A real container engine and a real registry, apart from the user's own: podman with its own storage."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REQUIRED: Final = "S3ECS_TEST_CONTAINERS"
"""Set where an engine was installed for the tests: then it is a failure that they cannot run."""

# crun refuses the hybrid layout of cgroups that many build machines have, and their limits may not be raised. Locks in
# shared memory would be those of the user's own containers too, and the first command of a new storage frees them all.
CONFIGURATION: Final = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{folder}/run/libpod"
lock_type = "file"
"""
STORAGE: Final = """\
[storage]
driver = "overlay"
graphroot = "{folder}/storage"
runroot = "{folder}/run"
"""
BUSYBOX: Final = "localhost/s3ecs-tests/busybox:1"
"""An image with every command of a static busybox, and with no entrypoint."""


@dataclass(frozen=True)
class Podman:
    """Podman with its own storage below ``folder``; ``env`` makes another process use the same."""

    path: str
    folder: Path

    @property
    def env(self) -> Mapping[str, str]:
        return {
            "S3ECS_CONTAINER_CLI": self.path,
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
        }

    def __call__(self, *words: str) -> str:
        """What it prints; fails where it fails."""
        done = subprocess.run(
            [self.path, *words],
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"podman {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def containers(self) -> list[str]:
        """The names of all that are there, running or not."""
        return self("ps", "--all", "--format", "{{.Names}}").split()

    def build(self, tag: str, dockerfile: str) -> str:
        """Build an image of these lines, without any file; returns its id."""
        folder = self.folder / "contexts" / tag.replace("/", "-").replace(":", "-")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        return self("build", "--quiet", "--tag", tag, str(folder))


@pytest.fixture(scope="session")
def podman() -> Iterator[Podman]:
    """One that really runs containers, with the image BUSYBOX; without one the test is skipped with the reason."""
    path, busybox = shutil.which("podman"), shutil.which("busybox")
    if path is None or busybox is None:
        cannot("podman or a static busybox is not installed")
    # Linux: a socket's path has 107 characters at the most, and some of podman's lie deep in this folder.
    made = Podman(path, Path(tempfile.mkdtemp(prefix="podman-")))
    for name, text in (("containers.conf", CONFIGURATION), ("storage.conf", STORAGE)):
        (made.folder / name).write_text(text.format(folder=made.folder), encoding="utf-8")
    context = made.folder / "busybox"
    context.mkdir()
    shutil.copy(busybox, context)
    lines = ("FROM scratch", "COPY busybox /bin/busybox", 'RUN ["/bin/busybox", "--install", "/bin"]')
    (context / "Dockerfile").write_text("\n".join(lines), encoding="utf-8")
    try:
        made("build", "--quiet", "--tag", BUSYBOX, str(context))
        made("run", "--rm", "--network=host", BUSYBOX, "true")
    except (AssertionError, subprocess.TimeoutExpired) as error:
        cannot(f"podman runs no containers here: {error}")
    yield made
    made("rm", "--force", "--all")
    subprocess.run(["umount", "--quiet", str(made.folder / "storage" / "overlay")], check=False)
    shutil.rmtree(made.folder, ignore_errors=True)


def cannot(reason: str) -> NoReturn:
    """The test cannot run here: it is skipped with the reason, or fails where it had to."""
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, and {reason}")
    pytest.skip(reason)
