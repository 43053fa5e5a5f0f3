"""``--local`` with an engine: what runs a job, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.cli.terminal import Terminal
from tests.engines import BOTH, BUSYBOX

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.engines import Engine

pytestmark = pytest.mark.containers

PRINT: Final = f'FROM {BUSYBOX}\nCOPY word /\nENTRYPOINT ["sh", "-c", "cat /word; printf %s, \\"$@\\"", "print"]\n'
FAR: Final = "FROM registry.invalid/base:1\n"


class Work:
    """A terminal in a folder of its own, with a folder ``program`` to build."""

    def __init__(self, terminal: Terminal, name: str) -> None:
        self.terminal, self.name = terminal, name

    def write(self, dockerfile: str = PRINT, word: str = "first") -> None:
        folder = self.terminal.folder / "program"
        folder.mkdir(exist_ok=True)
        (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        (folder / "word").write_text(f"{word}\n", encoding="utf-8")

    def spec(self, *more: str, **job: Any) -> None:
        """The job ``show``, and ``more`` that are like it but for their prefix."""
        given = {"prefix": "in/", "image": "program", "command": ["{key}", "--end"], **job}
        jobs = {"show": given, **{name: {**given, "prefix": f"{name}/"} for name in more}}
        self.terminal.spec(name=self.name, bucket=f"{self.name}-bucket", jobs=jobs)

    def said(self, *arguments: str) -> list[str]:
        """What a command says, which has to go well."""
        ran = self.terminal(*arguments)
        assert ran.code == 0, ran.err
        return ran.err.splitlines()


@pytest.fixture
def work(typing: Terminal, engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Work:
    name = f"{request.node.name.replace('_', '-')[5:25].strip('-')}-{engine.kind}"
    made = Work(Terminal(tmp_path, {**typing.env, **engine.env, "S3ECS_LOCAL_RUNNER": ""}), name)
    made.write()
    return made


@BOTH
def test_the_very_image_runs_with_its_entrypoint_and_the_command(
    work: Work, engine: Engine, clients: Callable[..., Any]
) -> None:
    work.spec()
    said = work.said("up", "--yes")
    assert said[:2] == [f"jobs run as containers, by {engine.kind}", f"building program with {engine.kind}"]
    assert any(re.match(rf"  program: .*FROM {BUSYBOX}", line) for line in said)
    ran = work.terminal("test-upload", "in/a b")
    assert (ran.code, ran.out.splitlines()) == (0, ["first", "in/a b,--end,"])
    ecs = clients("ecs", region="us-east-1")
    (arn,) = ecs.list_tasks(cluster=work.name, desiredStatus="STOPPED")["taskArns"]
    (task,) = ecs.describe_tasks(cluster=work.name, tasks=[arn])["tasks"]
    digest = task["containers"][0]["imageDigest"].removeprefix("sha256:")
    assert digest in engine("images", "--no-trunc", "--quiet")


def test_an_unchanged_folder_is_not_built_again_and_a_changed_one_is(work: Work) -> None:
    work.write(word="once")  # of a folder that another test has built there is an image already
    work.spec("again")
    assert work.said("up", "--yes").count("building program with podman") == 1
    assert "building program with podman" not in work.said("up", "--yes")
    work.write(word="second")
    first, *lines = work.terminal("up", "--yes", "--json").events
    assert first == {"event": "runner", "runner": "container", "cli": "podman"}
    assert {each["of"] for each in lines if each["event"] == "line"} == {"program"}
    assert work.terminal("test-upload", "in/x", "--job", "show").out.startswith("second\n")


def test_the_local_command_runs_where_it_is_asked_for(work: Work) -> None:
    work.spec(local=["echo", "process"])
    ran = work.terminal("up", "--yes", "--quiet", "--json", "--runner", "process")
    first = {"event": "runner", "runner": "process", "why": "processes were asked for"}
    assert (ran.events[0], ran.err) == (first, "")
    assert work.terminal("test-upload", "in/x").out == "process in/x --end\n"


def test_the_local_command_runs_where_the_base_image_is_out_of_reach(work: Work) -> None:
    work.write(FAR)
    work.spec(local=["echo", "process"])
    said = [line for line in work.said("up", "--yes") if line.startswith("jobs run as")]
    assert said[0] == "jobs run as containers, by podman"
    assert said[1].startswith("jobs run as processes after all: the base image of program is out of reach: ")
    assert work.terminal("test-upload", "in/x").out == "process in/x --end\n"


@pytest.fixture
def broken(work: Work) -> dict[str, str]:
    """A variable that names a container CLI whose engine does not answer."""
    cli = work.terminal.folder / "podman"
    cli.write_text("#!/bin/sh\necho no engine here >&2; exit 1\n", encoding="utf-8")
    cli.chmod(0o755)
    return {"S3ECS_CONTAINER_CLI": str(cli)}


def test_the_local_command_runs_where_no_engine_answers(work: Work, broken: dict[str, str]) -> None:
    work.spec(local=["echo", "process"])
    (first, *_) = work.terminal("up", "--yes", **broken).err.splitlines()
    why = "the container engine does not answer (podman: no engine here)"
    assert first == f"jobs run as processes, not as containers: {why}"


def test_an_engine_that_does_not_answer_is_an_error_where_it_is_needed(work: Work, broken: dict[str, str]) -> None:
    work.spec(local=["echo", "process"])
    asked = work.terminal("up", "--yes", "--runner", "container", **broken)
    work.spec()
    needed = work.terminal("up", "--yes", **broken)
    assert (asked.code, needed.code) == (2, 2)
    why = "the container engine does not answer (podman: no engine here)"
    assert asked.errors == [why]
    assert needed.errors == [f"--local cannot run jobs.show: there is no local: command, and {why}"]
    assert asked.hint.startswith("start it, or name another")
    assert needed.hint.startswith("start a container engine, or add local:")


def test_containers_that_are_asked_for_and_cannot_be_had_are_an_error(work: Work) -> None:
    work.write(FAR)
    work.spec(local=["echo", "process"])
    ran = work.terminal("up", "--yes", "--runner", "container")
    assert ran.code == 1
    assert ran.errors[0].startswith("the base image of program is out of reach: ")
    assert ran.hint.startswith("check the name in FROM, the network")


def test_a_folder_that_does_not_build_is_an_error_whatever_else_could_run(work: Work) -> None:
    luck = "dial tcp: lookup proxy.golang.org: no such host"  # what a program says when it has no network
    work.write(f'FROM {BUSYBOX}\nRUN ["sh", "-c", "echo {luck}; exit 9"]\n')
    work.spec(local=["echo", "process"])
    ran = work.terminal("up", "--yes")
    assert ran.code == 1
    assert luck in ran.errors
    assert ran.errors[0] == f"building {work.terminal.folder / 'program'} with podman: exit code 9"


@pytest.mark.parametrize(
    ("image", "job", "error"),
    [
        ("away", {}, "jobs.show: there is no local: command, and podman has no image away"),
        (BUSYBOX, {"architecture": "arm64"}, f"the image {BUSYBOX} is for linux/amd64, not for linux/arm64"),
        (BUSYBOX, {"command": []}, f"the image {BUSYBOX} has neither an entrypoint nor a command"),
        ("./nowhere", {}, "nowhere"),
    ],
)
def test_what_cannot_run_is_one_line_and_a_hint(work: Work, image: str, job: dict[str, Any], error: str) -> None:
    work.spec(image=image, **job)
    ran = work.terminal("up", "--yes")
    assert ran.code == 2
    assert error in ran.errors[0]
    assert ran.hint


def test_storage_that_no_engine_gives_is_told_at_the_start(work: Work) -> None:
    work.spec(ephemeral_storage=30)
    why = "a container may fill the whole disk of its engine"
    assert work.said("up", "--yes")[1] == f"  jobs.show.ephemeral_storage is not applied here: {why}"


def test_a_sidecar_whose_image_is_nowhere_is_left_out(work: Work) -> None:
    work.spec(sidecars={"side": {"image": "away"}})
    assert "  jobs.show.sidecars.side is left out: podman has no image away" in work.said("up", "--yes")
    assert work.terminal("test-upload", "in/x").code == 0
