"""An embedded AWS that ends, by itself or by a kill, leaves no container behind."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from s3ecs.local import control
from s3ecs.local.home import Home
from tests.cli.terminal import Terminal
from tests.conftest import clients_of
from tests.local.chain import wait_for
from tests.podman import BUSYBOX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.podman import Podman

pytestmark = pytest.mark.containers


@pytest.fixture(scope="module")
def terminal(podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One with an embedded AWS of its own, whose job runs for long."""
    folder = tmp_path_factory.mktemp("killed")
    env = {"S3ECS_LOCAL_DIR": str(folder / "local"), "S3ECS_LOCAL": "1", "S3ECS_LOCAL_RUNNER": "container"}
    made = Terminal(folder, {**env, **podman.env})
    job = {"image": BUSYBOX, "command": ["sleep", "100"], "hardened": True}
    made.spec(name="long", bucket="long-bucket", jobs={"sleep": job})
    assert made("up", "--yes").code == 0
    yield made
    made("local", "stop")


@pytest.fixture
def pid(terminal: Terminal, podman: Podman) -> int:
    """The server's, which runs, and in which a container runs that has just begun."""
    home = Home(terminal.folder / "local")
    if control.find(home) is None:
        assert terminal("local", "start").code == 0
    server = control.find(home)
    assert server
    clients_of(server)("s3", region="us-east-1").put_object(Bucket="long-bucket", Key="a", Body=b"x")
    wait_for(lambda: running(podman))
    return server.pid


def running(podman: Podman) -> list[str]:
    return podman("ps", "--filter", "label=s3ecs.embedded", "--format", "{{.Names}}").split()


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


@pytest.mark.usefixtures("pid")
def test_a_server_that_is_stopped_ends_its_containers(terminal: Terminal, podman: Podman) -> None:
    assert terminal("local", "stop").code == 0
    assert podman.containers() == []
