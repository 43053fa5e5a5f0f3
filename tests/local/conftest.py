"""A fresh chain of parts per test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .chain import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from s3ecs.local.home import Home


@pytest.fixture
def pipeline(clients: Callable[..., Any], home: Home, tmp_path: Path) -> Pipeline:
    """A fresh pipeline."""
    return Pipeline(clients, home, tmp_path)
