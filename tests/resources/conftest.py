"""A connection of the product's own to the embedded AWS, and scenes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.connected import connected

from .scene import Scene, of_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server

REGION = "eu-north-1"


@pytest.fixture(scope="module")
def aws(embedded: Server) -> Aws:
    """Region and names are of these tests alone, so that others on the same server do not meet them."""
    return connected(embedded, REGION)


@pytest.fixture(scope="module")
def scene(aws: Aws) -> Callable[[str, str], Scene]:
    """``scene(kind, stack)``: the resource of that kind in the stack of that name; one and the same each time."""
    scenes: dict[tuple[str, str], Scene] = {}

    def make(kind: str, stack: str) -> Scene:
        if (kind, stack) not in scenes:
            scenes[kind, stack] = Scene(aws, of_kind(kind, stack, aws.environment))
        return scenes[kind, stack]

    return make


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, aws: Aws) -> list[str]:
    """Nothing is waited for; says what would have been."""
    waited: list[str] = []
    monkeypatch.setattr(type(aws), "_pause", lambda _, __, what: waited.append(what))
    return waited
