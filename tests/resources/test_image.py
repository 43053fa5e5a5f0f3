"""An image is found by the hash of what is in it, and one that is no longer used goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from s3ecs.engine.plan import Action
from s3ecs.errors import S3ecsError
from s3ecs.resources import Image
from s3ecs.resources.superseded import in_use, superseded

from .scene import HASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Pushed, Scene

    MakeScene = Callable[[str, str], Scene]


def _image(scene: Scene) -> Image:
    return cast("Image", scene.subject)


def _pushed(scene: Scene) -> Pushed:
    return cast("Pushed", _image(scene).contents)


def _tags(scene: Scene) -> set[str]:
    found = scene.aws.client("ecr").describe_images(repositoryName=scene.name)["imageDetails"]
    return {tag for each in found for tag in each["imageTags"]}


def _build_anew(scene: Scene) -> str:
    anew = replace(_image(scene), anew=True)
    assert anew.read(scene.aws.fresh()) is None
    return anew.create(scene.aws, scene.desired)


def test_the_highest_of_a_hash_counts(scene: MakeScene) -> None:
    subject = scene("image", "highest")
    subject.up()
    for number in range(2, 12):
        made = _build_anew(subject)
        assert subject.seen().id == made
        assert f"{HASH}-{number}" in _tags(subject)
    assert subject.step().action is Action.NONE


def test_images_of_other_contents_do_not_count(scene: MakeScene) -> None:
    subject = scene("image", "others")
    subject.up()
    uri = subject.seen().id
    for tag in (HASH[:-1], f"{HASH}0", f"{HASH}-x", f"{HASH}-2-3", f"x{HASH}-9", "latest"):
        _pushed(subject).push(subject.aws, uri.partition("@")[0], tag)
    assert subject.seen().id == uri


def test_a_tag_that_somebody_else_pushed_meanwhile_is_as_good(scene: MakeScene) -> None:
    subject = scene("image", "meanwhile")
    planned = subject.plan()
    push = _pushed(subject).push

    def late(aws: Any, repository: str, tag: str) -> None:
        push(aws, repository, tag)
        raise S3ecsError("tag invalid: The image tag already exists and cannot be overwritten")

    subject.subject.contents.push = late  # type: ignore[attr-defined]
    subject.carry_out(planned)
    assert subject.step().action is Action.NONE


def test_a_push_that_fails_is_told(scene: MakeScene) -> None:
    subject = scene("image", "failing")
    _pushed(subject).failing = S3ecsError("denied")
    with pytest.raises(S3ecsError, match="denied"):
        subject.subject.create(subject.aws, subject.desired)
    assert subject.read() is None


def test_what_newer_images_have_taken_the_place_of_is_found_unless_it_is_named(scene: MakeScene) -> None:
    subject = scene("image", "superseded")
    subject.up()
    first = subject.seen().id
    second, third = _build_anew(subject), _build_anew(subject)
    old = superseded(subject.aws, subject.name, 1)
    assert [each.id.rpartition("@")[2] for each in old] == [each.rpartition("@")[2] for each in (second, first)]
    _pushed(subject).push(subject.aws, first.partition("@")[0], "theirs")
    assert superseded(subject.aws, subject.name, 1) == old
    assert superseded(subject.aws, subject.name, 3) == []
    assert superseded(subject.aws, "nowhere/at-all", 1) == []

    subject.aws.ecs.register_task_definition(
        family="superseded-theirs", containerDefinitions=[{"name": "a", "image": first, "memory": 64}]
    )
    used = in_use(subject.aws, "no-cluster")
    assert first.rpartition("@")[2] in used
    assert not {each.rpartition("@")[2] for each in (second, third)} & used

    Image.delete(subject.aws, old[0], data=True)
    assert _tags(subject) == {HASH, f"{HASH}-3", "theirs"}
