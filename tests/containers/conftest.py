"""An embedded AWS whose jobs run as real containers; what belongs to it has the names that it has elsewhere."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.image.cli import ContainerCli
from s3ecs.local import control
from s3ecs.local.home import Home
from tests.cli.terminal import Terminal
from tests.engines import cannot
from tests.registry import running

from .chain import Chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from s3ecs.local.control import Server
    from tests.engines import Engine
    from tests.engines.podman import Podman
    from tests.registry import Registry


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The folder of the embedded AWS of all tests in here."""
    return Home(tmp_path_factory.mktemp("containers"))


@pytest.fixture(scope="session")
def server(home: Home) -> Iterator[Server]:
    """The embedded AWS. Neither it nor whoever ends it is told of an engine but by what is to run in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        running = control.start(home)
    yield running
    control.stop(home)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A real registry, behind a password."""
    if shutil.which("docker-registry") is None:
        cannot("docker-registry is not installed")
    with running(tmp_path_factory.mktemp("registry")) as found:
        yield found


@pytest.fixture
def cli(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ContainerCli:
    """The engine's CLI, to be run by this very process."""
    for name, value in engine.env.items():
        monkeypatch.setenv(name, value)
    return ContainerCli(engine.path, engine.kind)


@pytest.fixture
def chain(clients: Callable[..., Any], home: Home, engine: Engine, tmp_path: Path) -> Chain:
    """A fresh family whose containers run in the engine."""
    return Chain(clients, home, tmp_path, engine=engine)


@pytest.fixture(scope="module")
def typing(embedded: Server, home: Home, podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Terminal:  # noqa: ARG001 - it has to run
    """A terminal where ``--local`` and the engine are said by the environment."""
    env = {"S3ECS_LOCAL_DIR": str(home.folder), "S3ECS_LOCAL": "1", "S3ECS_LOCAL_RUNNER": "container"}
    return Terminal(tmp_path_factory.mktemp("terminal"), {**env, **podman.env})
