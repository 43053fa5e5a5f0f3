"""Which container CLI is taken, and what is told of one that fails."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING

import pytest

from s3ecs.errors import UsageError
from s3ecs.image.cli import CliFailed, ContainerCli, EngineDown

if TYPE_CHECKING:
    from pathlib import Path

FINE = "exit 0"
DOWN = "echo 'Cannot connect to the Docker daemon' >&2; exit 1"


class Programs:
    """The only programs that there are, each a line of shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, line: str) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("S3ECS_CONTAINER_CLI", raising=False)
    return Programs(tmp_path)


def test_without_any_there_is_none(programs: Programs) -> None:
    assert ContainerCli.find() is None
    programs("other", FINE)
    assert ContainerCli.find() is None


def test_the_first_whose_engine_answers_is_taken(programs: Programs) -> None:
    finch = programs("finch", FINE)
    assert ContainerCli.find() == ContainerCli(str(finch), "finch")
    podman = programs("podman", FINE)
    assert ContainerCli.find() == ContainerCli(str(podman), "podman")
    programs("docker", DOWN)
    assert ContainerCli.find() == ContainerCli(str(podman), "podman")
    docker = programs("docker", FINE)
    assert ContainerCli.find() == ContainerCli(str(docker), "docker")


def test_engines_that_do_not_answer_are_named_with_their_words(programs: Programs) -> None:
    programs("docker", DOWN)
    programs("finch", "exit 3")
    with pytest.raises(EngineDown) as caught:
        ContainerCli.find()
    words = "docker: Cannot connect to the Docker daemon; finch: exit code 3"
    assert str(caught.value) == f"the container engine does not answer ({words})"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("by", ["name", "path"])
def test_the_one_that_is_named_is_taken(by: str, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("docker", FINE)
    path = programs("podman-remote", FINE)
    monkeypatch.setenv("S3ECS_CONTAINER_CLI", path.name if by == "name" else str(path))
    assert ContainerCli.find() == ContainerCli(str(path), "podman")


@pytest.mark.parametrize("by", [None, "docker"])
def test_docker_that_is_a_script_around_podman_is_podman(
    by: str | None, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    podman = programs("podman", "echo podman version 4.3.1")
    docker = programs("docker", f'echo "Emulate Docker CLI using podman." >&2; exec {podman} "$@"')
    if by:
        monkeypatch.setenv("S3ECS_CONTAINER_CLI", by)
    assert ContainerCli.find() == ContainerCli(str(podman), "podman")
    podman.rename(programs.folder / "real")  # and where nothing of that name is to be had
    programs("docker", f'exec {programs.folder / "real"} "$@"')
    assert ContainerCli.find() == ContainerCli(str(docker), "podman")


def test_one_that_is_named_and_not_there_is_told(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("docker", FINE)
    monkeypatch.setenv("S3ECS_CONTAINER_CLI", "nerdctl")
    with pytest.raises(UsageError, match="S3ECS_CONTAINER_CLI names 'nerdctl', and there is no such program"):
        ContainerCli.find()


def test_the_last_lines_of_a_failure_are_told_and_all_are_heard(programs: Programs) -> None:
    path = programs("docker", 'for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "line $n"; done; exit 7')
    heard: list[str] = []
    with pytest.raises(CliFailed) as caught:
        ContainerCli(str(path), "docker").run("build", ".", lines=heard.append)
    assert caught.value.code == 7
    assert str(caught.value).split("\n") == ["docker build: exit code 7", *(f"line {n}" for n in range(3, 13))]
    assert heard == [f"line {n}" for n in range(1, 13)]


def test_why_it_failed_is_the_last_line_of_its_errors_whatever_else_it_wrote_and_when(programs: Programs) -> None:
    path = programs("docker", "echo 'Error response from daemon: denied' >&2; echo; echo 'layer 1: Waiting'; exit 1")
    with pytest.raises(CliFailed) as caught:
        ContainerCli(str(path), "docker").run("push", "x")
    assert caught.value.why == "denied"
    silent = programs("podman", "exit 3")
    with pytest.raises(CliFailed) as caught:
        ContainerCli(str(silent), "podman").run("push", "x")
    assert caught.value.why == "exit code 3"


def test_standard_input_is_handed_on_and_standard_output_comes_back(programs: Programs) -> None:
    path = programs("docker", 'read -r word; echo "$word $1 $2"; echo talk >&2')
    assert ContainerCli(str(path), "docker").run("a b", "$(c)", stdin="secret\n") == "secret a b $(c)\n"


def test_one_that_reads_no_standard_input_ends_as_it_does(programs: Programs) -> None:
    path = programs("docker", "exit 5")
    with pytest.raises(CliFailed, match="exit code 5"):
        ContainerCli(str(path), "docker").run("login", stdin="x" * 200_000)


def test_one_that_is_interrupted_is_ended(programs: Programs) -> None:
    sleep = shutil.which("sleep", path="/bin:/usr/bin")
    path = programs("docker", f"echo begun; exec {sleep} 600")

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):  # and not after ten minutes
        ContainerCli(str(path), "docker").run("build", ".", lines=interrupt)
