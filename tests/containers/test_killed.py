"""An embedded AWS that ends, by itself or by a kill, leaves no container behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3ecs.local import control
from s3ecs.local.home import Home
from tests.cli.terminal import Terminal
from tests.conftest import clients_of
from tests.engines import BUSYBOX
from tests.local.chain import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engines import Engine
    from tests.engines.docker import Docker
    from tests.engines.podman import Podman

pytestmark = pytest.mark.containers


@pytest.fixture(scope="module")
def terminal(podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One with an embedded AWS of its own, whose job runs for long."""
    folder = tmp_path_factory.mktemp("killed")
    env = {"S3ECS_LOCAL_DIR": str(folder / "local"), "S3ECS_LOCAL": "1", "S3ECS_LOCAL_RUNNER": "container"}
    made = Terminal(folder, env)
    up(Terminal(folder, {**env, **podman.env}), "long")  # no other command is told of an engine
    yield made
    made("local", "stop")


def up(terminal: Terminal, name: str) -> None:
    job = {"image": BUSYBOX, "command": ["sleep", "100"], "hardened": True}
    terminal.spec(name=name, bucket=f"{name}-bucket", jobs={"sleep": job})
    assert terminal("up", "--yes").code == 0


@pytest.fixture
def pid(terminal: Terminal, podman: Podman) -> int:
    """The server's, which runs, and in which a container runs that has just begun."""
    return begun(terminal, "long", podman)


def begun(terminal: Terminal, name: str, engine: Engine) -> int:
    """Have a container of the stack run; returns the server's process."""
    home = Home(Path(terminal.env["S3ECS_LOCAL_DIR"]))
    if control.find(home) is None:
        assert terminal("local", "start").code == 0
    server = control.find(home)
    assert server
    clients_of(server)("s3", region="us-east-1").put_object(Bucket=f"{name}-bucket", Key="a", Body=b"x")
    wait_for(lambda: running(engine))
    return server.pid


def running(engine: Engine) -> list[str]:
    return engine("ps", "--filter", "label=s3ecs.embedded", "--format", "{{.Names}}").split()


def test_containers_of_a_killed_server_go_when_the_next_one_starts(
    terminal: Terminal, podman: Podman, pid: int
) -> None:
    os.kill(pid, signal.SIGKILL)
    assert running(podman)
    run, *_ = terminal("status", "--json").json["runs"]["sleep"]
    assert podman.containers() == []
    assert (run["status"], run["error"]) == ("FAILED", "EmbeddedAWS.Ended")  # and it is not started again


def test_containers_of_a_killed_server_go_with_local_stop(terminal: Terminal, podman: Podman, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert terminal("local", "stop").code == 0
    assert podman.containers() == []


def test_those_in_another_engine_go_with_it(terminal: Terminal, docker: Docker, tmp_path: Path) -> None:
    other = Terminal(tmp_path, {**terminal.env, **docker.env})
    up(other, "other")
    os.kill(begun(other, "other", docker), signal.SIGKILL)
    assert running(docker)
    assert terminal("local", "stop").code == 0
    assert docker.containers() == []


@pytest.mark.usefixtures("pid")
def test_a_server_that_is_stopped_ends_its_containers(terminal: Terminal, podman: Podman) -> None:
    assert terminal("local", "stop").code == 0
    assert podman.containers() == []
