"""A terminal beside an embedded AWS whose jobs run as real containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.podman import Podman


@pytest.fixture(scope="session")
def typing(podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """With ``--local`` and the engine said by the environment; its embedded AWS serves all tests of the folder."""
    folder = tmp_path_factory.mktemp("containers")
    env = {"S3ECS_LOCAL_DIR": str(folder / "local"), "S3ECS_LOCAL": "1", "S3ECS_LOCAL_RUNNER": "container"}
    terminal = Terminal(folder, {**env, **podman.env})
    yield terminal
    terminal("local", "stop")
