"""A folder is built by real engines: for the processor that is meant, and with a hint for what goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from s3ecs.errors import UsageError
from s3ecs.image.build import OtherProcessor, build
from s3ecs.image.cli import CliFailed
from s3ecs.image.making import Making
from s3ecs.spec.model import Build
from tests.engines import BOTH, BUSYBOX

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.image.cli import ContainerCli
    from tests.engines import Engine

pytestmark = pytest.mark.containers

FILES: Final = {"Dockerfile": "FROM scratch\nCOPY one /\nCOPY two /\n", "one": "1", "two": "2"}


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "program"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Build(folder)


@BOTH
def test_an_image_is_for_its_own_processor_whatever_the_cache_holds(
    cli: ContainerCli, source: Build, engine: Engine
) -> None:
    for two, platform in enumerate(("linux/amd64", "linux/arm64")):
        (source.folder / "two").write_text(str(two), encoding="utf-8")  # what comes before it is as it was
        made = build(cli, source, platform, f"s3ecs:cache-{two}")
        assert engine("image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", made) == platform
        assert made == f"sha256:{engine.id(f's3ecs:cache-{two}')}"


@BOTH
@pytest.mark.usefixtures("cli")
def test_what_changes_during_a_build_is_refused_and_is_never_called_by_the_hash_of_what_was(
    source: Build, engine: Engine
) -> None:
    def saved(*_: str) -> None:
        (source.folder / "two").write_text("3", encoding="utf-8")

    folder = Making(saved)(source, "x86_64")
    before = folder.source()
    with pytest.raises(UsageError, match=r"program has changed since it was looked at: two$") as caught:
        folder.make()
    assert str(caught.value.hint).startswith("run this again")
    again = Making(lambda *_: None)(source, "x86_64")
    made = again.make()
    assert made == f"sha256:{engine.id(f's3ecs:{again.source()}')}"
    tags = engine("images", "--all", "--format", "{{.Tag}}").split()
    assert [tag for tag in tags if tag.startswith((before, again.source()))] == [again.source()]


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_docker_builds_anew_upon_the_base_that_is_here_where_no_registry_has_it(
    cli: ContainerCli, source: Build, engine: Engine
) -> None:
    (source.folder / "Dockerfile").write_text(f"FROM {BUSYBOX}\nCOPY one /\n", encoding="utf-8")
    made = build(cli, source, "linux/amd64", "s3ecs:anew", anew=True)
    assert made == f"sha256:{engine.id('s3ecs:anew')}"


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
@pytest.mark.parametrize(
    ("dockerfile", "how"),
    [
        (f"FROM {BUSYBOX}\nCOPY one /\n", "for"),
        (f"FROM {BUSYBOX} AS a\nFROM scratch\nCOPY --from=a /bin/sh /\n", "upon an image for"),
    ],
)
def test_docker_says_which_processor_the_base_is_for_that_is_here_and_nowhere_else(
    dockerfile: str, how: str, cli: ContainerCli, source: Build
) -> None:
    (source.folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    with pytest.raises(OtherProcessor, match=rf"was built {how} linux/amd64, and the job wants linux/arm64$"):
        build(cli, source, "linux/arm64", "s3ecs:arm")


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_a_stage_may_be_of_the_processor_that_its_from_names(cli: ContainerCli, source: Build) -> None:
    stages = f"FROM --platform=linux/amd64 {BUSYBOX} AS a\nFROM a AS b\nFROM scratch\nCOPY --from=b /bin/sh /\n"
    (source.folder / "Dockerfile").write_text(stages, encoding="utf-8")
    assert build(cli, source, "linux/arm64", "s3ecs:arm")


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
@pytest.mark.parametrize(
    ("dockerfile", "words", "hint"),
    [
        (f"FROM {BUSYBOX} AS last\nCOPY nowhere /\n", "nowhere", "mend Dockerfile, or what it copies"),
        (f"FROM {BUSYBOX} AS last\nRUN echo dial tcp: no such host; false\n", "non-zero", "mend Dockerfile, or what"),
        ("FROM registry.invalid/nothing:1 AS last\n", "registry.invalid", "check the name in FROM, the network"),
        ("FROM scratch AS first\nCOPY one /\n", "last", "write a stage of the Dockerfile after target:"),
    ],
)
def test_what_docker_says_of_a_build_that_fails_is_understood(
    dockerfile: str, words: str, hint: str, *, cli: ContainerCli, source: Build, engine: Engine
) -> None:
    (source.folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    with pytest.raises(CliFailed) as caught:
        build(cli, Build(source.folder, target="last"), "linux/amd64", "s3ecs:bad")
    assert words in caught.value.why
    assert str(caught.value.hint).startswith(hint)
    assert engine.containers() == []  # it would keep that of the step that failed


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_docker_leaves_out_what_a_dockerfile_s_own_file_says_or_refuses(
    cli: ContainerCli, source: Build, engine: Engine
) -> None:
    (source.folder / "Dockerfile").write_text(f"FROM {BUSYBOX}\nCOPY . /in/\n", encoding="utf-8")
    (source.folder / "Dockerfile.dockerignore").write_text("one\n", encoding="utf-8")
    try:
        made, hint = build(cli, source, "linux/amd64", "s3ecs:own-ignore"), None
    except CliFailed as error:  # without its plug-in for BuildKit docker cannot
        made, hint = None, error.hint
    if made is None:
        assert str(hint).startswith("install docker's plug-in buildx")
    else:
        inside = engine("run", "--rm", "--network=host", made, "ls", "/in").split()
        assert ("one" in inside, "two" in inside) == (False, True)


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_what_docker_says_where_its_engine_does_not_run_is_told(
    cli: ContainerCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.complaint() is None
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    assert "unix:///nowhere" in str(cli.complaint())


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_what_docker_says_of_an_image_that_cannot_be_pulled_is_one_line(cli: ContainerCli) -> None:
    with pytest.raises(CliFailed) as caught:
        cli.run("pull", "registry.invalid/nothing:1")
    assert re.match(r"(?!Error).*registry\.invalid", caught.value.why)
