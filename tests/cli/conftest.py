"""Terminals for tests of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from s3ecs.local.control import Server
    from s3ecs.local.home import Home

    MakeTerminal = Callable[..., Terminal]


@pytest.fixture(scope="module")
def make_terminal(embedded: Server, home: Home, tmp_path_factory: pytest.TempPathFactory) -> MakeTerminal:  # noqa: ARG001 - it has to run
    """Makes terminals beside the embedded AWS."""

    def make(**env: str) -> Terminal:
        folder: Path = tmp_path_factory.mktemp("terminal")
        return Terminal(folder, {"S3ECS_LOCAL_DIR": str(home.folder), **env})

    return make


@pytest.fixture(scope="module")
def terminal(make_terminal: MakeTerminal) -> Terminal:
    """One with ``--local`` said by the environment."""
    return make_terminal(S3ECS_LOCAL="1")
