"""What every kind promises: it is made, read as it was made, deleted and made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3ecs.engine.plan import Action

from .plainly import DELETE, DISOWN
from .scene import KINDS, TAGGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene


@pytest.mark.parametrize("kind", KINDS)
def test_a_life(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"life-{kind}")
    assert subject.read() is None

    assert subject.step().action is Action.CREATE
    subject.up()
    assert subject.step().changes == ()
    assert subject.step().action is Action.NONE
    assert subject.seen().props.keys() == subject.desired.keys()
    assert subject.seen().owner == subject.stack

    DELETE[kind](subject)
    assert subject.read() is None
    assert subject.step().action is Action.CREATE
    subject.up()
    assert subject.step().action is Action.NONE

    subject.delete()
    assert subject.read() is None
    subject.delete()


@pytest.mark.parametrize("kind", KINDS)
def test_what_create_returns_is_the_id_that_is_read(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"id-{kind}")
    assert subject.subject.create(subject.aws.fresh(), subject.desired) == subject.seen().id


@pytest.mark.parametrize("kind", TAGGED)
def test_without_its_tag_it_is_nobodys(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"nobody-{kind}")
    subject.up()
    DISOWN[kind](subject)
    assert subject.seen().owner is None


def test_all_kinds_are_tried() -> None:
    assert DELETE.keys() == set(KINDS)
    assert DISOWN.keys() == set(TAGGED)
