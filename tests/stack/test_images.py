"""An image that is built comes before everything else, and the task definition names its digest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.engine.resource import UNKNOWN, Ids, Observed
from s3ecs.resources import Image, Repository, Role, TaskDefinition
from s3ecs.spec.model import Build, Sidecar
from s3ecs.stack.build import build
from s3ecs.stack.images import image_of

from .jobs import HERE, IMAGE, job, spec

if TYPE_CHECKING:
    from s3ecs.engine.stack import Stack

ARN = "arn:aws:ecr:us-east-1:123456789012:repository"
FOLDER = Build(Path("program"))


class _Contents:
    """What is handed in, and asked for nothing as long as nothing is read."""

    def __init__(self, build: Build, architecture: str) -> None:
        self.given = (build, architecture)

    def source(self) -> str:
        raise AssertionError("nothing is read yet")

    def make(self) -> str:
        raise AssertionError("nothing is built yet")

    def changed(self, _: str | None) -> str:
        raise AssertionError("nothing is planned yet")

    def push(self, *_: Any) -> None:
        raise AssertionError("nothing is pushed yet")


def _of(stack: Stack, kind: type) -> list[Any]:
    return [each for each in stack.resources if isinstance(each, kind)]


def _stack(**fields: Any) -> Stack:
    proxy = Sidecar("proxy", Build(Path("beside"), target="proxy"))
    plain = Sidecar("plain", "public.ecr.aws/a/plain:1")
    one = job(image="./program", architecture="arm64", sidecars=(proxy, plain))
    return build(replace(spec(one), folder=Path("/srv")), HERE, _Contents, **fields)


def test_each_container_that_is_built_has_a_repository_and_an_image() -> None:
    stack = _stack()
    assert [each.name for each in _of(stack, Repository)] == ["go-batch/convert", "go-batch/convert/proxy"]
    worker, proxy = _of(stack, Image)
    assert worker.contents.given == (Build(Path("/srv/program")), "arm64")
    assert proxy.contents.given == (Build(Path("/srv/beside"), target="proxy"), "arm64")
    assert (worker.part, worker.anew) == ("convert", False)
    assert all(each.anew for each in _of(_stack(rebuild=True), Image))


def test_they_come_before_everything_else() -> None:
    stack = _stack()
    assert stack.first == {each.key for kind in (Repository, Image) for each in _of(stack, kind)}
    assert stack.emptied().first == frozenset()
    assert build(spec(), HERE, _Contents).first == frozenset()


def test_the_task_definition_names_the_digest_once_it_is_known() -> None:
    stack = _stack()
    (definition,) = _of(stack, TaskDefinition)
    worker, proxy = _of(stack, Image)
    assert {worker, proxy} <= set(definition.needs())
    images = [each["image"] for each in definition.desired(Ids({}))["containerDefinitions"]]
    assert images == [UNKNOWN, UNKNOWN, "public.ecr.aws/a/plain:1"]
    ids = Ids({worker.key: Observed("uri@sha256:1", {}, None), proxy.key: Observed("uri@sha256:2", {}, None)})
    images = [each["image"] for each in definition.desired(ids)["containerDefinitions"]]
    assert images == ["uri@sha256:1", "uri@sha256:2", "public.ecr.aws/a/plain:1"]


def test_ecs_may_pull_from_these_repositories_alone() -> None:
    (role,) = (each for each in _of(_stack(), Role) if "-execution-" in each.name)
    (pull,) = (each for each in role.statements if "ecr:BatchGetImage" in each["Action"])
    assert pull["Resource"] == [f"{ARN}/go-batch/convert", f"{ARN}/go-batch/convert/proxy"]


def test_what_is_taken_down_needs_no_folder() -> None:
    stack = build(spec(job(image=FOLDER)), HERE)
    assert len(_of(stack, Repository)) == 1
    assert _of(stack, Image) == []


def test_the_embedded_aws_has_no_registry() -> None:
    stack = build(spec(job(image=FOLDER)), replace(HERE, local=True), _Contents)
    assert _of(stack, Repository) == _of(stack, Image) == []
    (definition,) = _of(stack, TaskDefinition)
    assert [each["image"] for each in definition.containers] == ["local/go-batch-convert"]


def test_no_registry_holds_a_folder() -> None:
    with pytest.raises(ValueError, match="convert has a folder"):
        image_of(job(image=FOLDER), Path(), HERE)
    assert image_of(job(image=IMAGE), Path(), HERE) == IMAGE
