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
    _assert_a_glance_tells_the_same(subject)

    DELETE[kind](subject)
    assert subject.read() is None
    assert subject.subject.glance(subject.aws.fresh()) is None
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


def _assert_a_glance_tells_the_same(subject: Scene) -> None:
    """Whose it is; and all of it where one looks that expects nothing to be there."""
    seen, glanced = subject.seen(), subject.subject.glance(subject.aws.fresh())
    assert glanced is not None
    assert (glanced.id, glanced.owner, glanced.adopted) == (seen.id, seen.owner, seen.adopted)
    assert subject.subject.read(subject.aws.fresh(expecting=False)) == seen


@pytest.mark.parametrize("kind", TAGGED)
def test_without_its_tag_it_is_nobodys(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"nobody-{kind}")
    subject.up()
    DISOWN[kind](subject)
    assert subject.seen().owner is None


def test_all_kinds_are_tried() -> None:
    assert DELETE.keys() == set(KINDS)
    assert DISOWN.keys() == set(TAGGED)
