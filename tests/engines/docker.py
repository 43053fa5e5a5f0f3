"""Docker's own engine and CLI, as a context that the CLI's configuration names."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.engines import Engine, cannot
from tests.local.chain import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONTEXT: Final = "s3ecs-tests"


class Docker(Engine):
    """Containers have this machine's network or none: a bridge would change the machine's own."""

    kind = "docker"

    @property
    def env(self) -> Mapping[str, str]:
        return {"S3ECS_CONTAINER_CLI": self.path, **environment(self.folder)}


def environment(folder: Path) -> dict[str, str]:
    """What makes the CLI use the engine of this folder."""
    return {"DOCKER_CONFIG": str(folder / "config")}


@pytest.fixture(scope="session")
def docker_folder() -> Iterator[Path]:
    """Where the CLI looks for the engine, which may not be there yet: its context is the one that is in use."""
    # Linux: a socket's path has 107 characters at the most.
    folder = Path(tempfile.mkdtemp(prefix="docker-"))
    meta = folder / "config" / "contexts" / "meta" / hashlib.sha256(CONTEXT.encode()).hexdigest()
    meta.mkdir(parents=True)
    endpoint = {"docker": {"Host": _host(folder), "SkipTLSVerify": False}}
    (meta / "meta.json").write_text(json.dumps({"Name": CONTEXT, "Metadata": {}, "Endpoints": endpoint}))
    # A proxy of the user's is for what the CLI does for the user, and no task has it.
    said = {"currentContext": CONTEXT, "proxies": {"default": {"httpProxy": "http://proxy.invalid:3128"}}}
    (folder / "config" / "config.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):  # whatever the user has said
            patch.delenv(name, raising=False)
        yield folder
    subprocess.run(["umount", "--quiet", str(folder / "run" / "netns" / "default")], check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def docker(docker_folder: Path) -> Iterator[Docker]:
    """One that really runs containers, with the image BUSYBOX; without one the test is skipped with the reason."""
    path, daemon = shutil.which("docker"), shutil.which("dockerd")
    if path is None or daemon is None:
        cannot("docker is not installed with its engine")
    made = Docker(path, docker_folder)
    with _running(daemon, docker_folder):
        made.ready()
        yield made
        if left := made("ps", "--all", "--quiet").split():
            made("rm", "--force", *left)


def _host(folder: Path) -> str:
    return f"unix://{folder}/socket"


@contextmanager
def _running(daemon: str, folder: Path) -> Iterator[None]:
    (folder / "daemon.json").write_text("{}", encoding="utf-8")
    words = ["--host", _host(folder), "--config-file", f"{folder}/daemon.json", "--pidfile", f"{folder}/pid"]
    words += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/run", "--log-level", "error"]
    words += ["--bridge", "none", "--iptables=false", "--ip6tables=false"]
    words += ["--containerd-namespace", CONTEXT, "--containerd-plugins-namespace", f"{CONTEXT}-plugins"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([daemon, *words], stdout=log, stderr=log)
    try:
        wait_for(lambda: (folder / "socket").exists() or process.poll() is not None, 60)
        if process.poll() is not None:
            cannot(f"dockerd does not run here: {(folder / 'log').read_text(encoding='utf-8')[-500:]}")
        yield
    finally:
        process.terminate()
        process.wait(30)
