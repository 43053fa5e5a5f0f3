"""Podman with its own storage."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.engines import Engine, cannot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


class Podman(Engine):
    """It has no daemon: files say where it keeps everything."""

    kind = "podman"

    @property
    def env(self) -> Mapping[str, str]:
        return {
            "S3ECS_CONTAINER_CLI": self.path,
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
        }


@pytest.fixture(scope="session")
def podman() -> Iterator[Podman]:
    """One that really runs containers, with the image BUSYBOX; without one the test is skipped with the reason."""
    path = shutil.which("podman")
    if path is None:
        cannot("podman is not installed")
    # Linux: a socket's path has 107 characters at the most, and some of podman's lie deep in this folder.
    made = Podman(path, Path(tempfile.mkdtemp(prefix="podman-")))
    for name, text in (("containers.conf", CONFIGURATION), ("storage.conf", STORAGE)):
        (made.folder / name).write_text(text.format(folder=made.folder), encoding="utf-8")
    made.ready()
    yield made
    made("rm", "--force", "--all")
    subprocess.run(["umount", "--quiet", str(made.folder / "storage" / "overlay")], check=False)
    shutil.rmtree(made.folder, ignore_errors=True)
