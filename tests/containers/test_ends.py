"""How a container ends, and what AWS would say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.local.pipeline.kernel_log import KernelLog
from tests.engines import BOTH
from tests.engines.docker import CONTEXT
from tests.engines.podman import Podman

from .chain import shell
from .elsewhere import FINCH

if TYPE_CHECKING:
    from pathlib import Path

    from .chain import Chain

pytestmark = pytest.mark.containers

ESSENTIAL = ("EssentialContainerExited", "Essential container in task exited")
INIT = {"linuxParameters": {"initProcessEnabled": True}}
STAY = "echo up; sleep 60"
UNWILLING = "trap '' TERM; echo up; while :; do sleep 1; done"
told_by_the_kernel = pytest.mark.skipif(not KernelLog().is_open, reason="the kernel's log cannot be read here")


def told(task: dict[str, Any]) -> tuple[str, str]:
    return task["stopCode"], task["stoppedReason"]


@BOTH
def test_its_exit_code_and_its_lines_are_the_program_s(chain: Chain) -> None:
    task, lines = chain.ran('echo "one"; echo two >&2; printf "é\\n\\nlast"; exit 3')
    (container,) = task["containers"]
    assert (container["exitCode"], told(task)) == (3, ESSENTIAL)
    assert "reason" not in container
    assert [line for line in lines if line != "two"] == ["one", "é", "last"]
    assert "two" in lines  # between the streams there is no order, as on AWS
    chain.wait_until_gone()


@pytest.mark.parametrize(
    ("engine", "code"), [("podman", 125), ("podman", 126), ("podman", 127), ("docker", 127)], indirect=["engine"]
)
def test_a_program_may_end_with_the_codes_that_are_the_cli_s_own(chain: Chain, code: int) -> None:
    task, lines = chain.ran(f"echo Error: mine; exit {code}")
    assert (task["containers"][0]["exitCode"], told(task), lines) == (code, ESSENTIAL, ["Error: mine"])


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_its_engine_is_the_one_it_was_started_in_whatever_the_user_turns_to_meanwhile(
    chain: Chain, docker_folder: Path
) -> None:
    config = docker_folder / "config" / "config.json"
    said = config.read_text(encoding="utf-8")
    arn = chain.begun(main=shell("trap 'exit 4' TERM; echo up; while :; do sleep 0.1; done"))
    try:
        config.write_text(said.replace(CONTEXT, "default"), encoding="utf-8")  # as docker context use does
        chain.ecs.stop_task(cluster=chain.name, task=arn)
        assert chain.stopped(arn)["containers"][0]["exitCode"] == 4
    finally:
        config.write_text(said, encoding="utf-8")
    chain.wait_until_gone()


@BOTH
def test_a_signal_is_128_and_its_number(chain: Chain) -> None:
    task, _ = chain.ran("kill -SEGV $$", **INIT)
    assert (task["containers"][0]["exitCode"], told(task)) == (139, ESSENTIAL)


@BOTH
@pytest.mark.parametrize("settings", [{}, INIT])
def test_out_of_memory_is_told_as_such(chain: Chain, settings: dict[str, Any]) -> None:
    task, _ = chain.ran("a=aaaaaaaaaaaaaaaa; while :; do a=$a$a; done", memory=20, **settings)
    (container,) = task["containers"]
    assert (container["exitCode"], told(task)) == (137, ESSENTIAL)
    assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"


@BOTH
@told_by_the_kernel
@pytest.mark.parametrize(("script", "settings"), [("exit 137", {}), ("kill -9 $$", INIT)])
def test_a_program_that_kills_itself_has_not_run_out_of_memory(
    chain: Chain, script: str, settings: dict[str, Any]
) -> None:
    task, _ = chain.ran(script, **settings)
    (container,) = task["containers"]
    assert (container["exitCode"], told(task)) == (137, ESSENTIAL)
    assert "reason" not in container


@BOTH
@told_by_the_kernel
def test_a_child_that_runs_out_of_memory_is_told_whatever_the_program_makes_of_it(chain: Chain) -> None:
    task, _ = chain.ran("(a=aaaaaaaaaaaaaaaa; while :; do a=$a$a; done); exit 9", memory=20)
    (container,) = task["containers"]
    assert container["exitCode"] == 9
    assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"


@BOTH
def test_an_image_that_is_gone_cannot_be_pulled(chain: Chain) -> None:
    chain.identity = "1" * 64
    chain.define(main=shell("true"))
    task = chain.stopped(chain.run_task()["taskArn"])
    (container,) = task["containers"]
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"] == container["reason"]
    assert container["reason"].startswith("CannotPullContainerError: ")
    assert not {"startedAt", "exitCode"} & (task.keys() | container.keys())


@BOTH
def test_an_entrypoint_that_is_not_there_cannot_be_started(chain: Chain) -> None:
    chain.define(main={"entryPoint": ["/not-there"]}, side=shell(STAY, **INIT))
    task = chain.stopped(chain.run_task()["taskArn"])
    main, side = task["containers"]
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"] == main["reason"]
    assert main["reason"].startswith("CannotStartContainerError: ")
    assert 'exec: "/not-there"' in main["reason"]
    assert ("exitCode" in main, "startedAt" in task, side["lastStatus"]) == (False, False, "STOPPED")
    assert chain.lines(task["taskArn"]) == []
    chain.wait_until_gone()


class Finch(Podman):
    kind = "finch"


def test_finch_tells_less_of_a_container_and_its_end_is_known_all_the_same(chain: Chain) -> None:
    cli = chain.folder / "finch"
    cli.write_text(FINCH, encoding="utf-8")
    cli.chmod(0o755)
    chain.engine = Finch(str(cli), chain.engine.folder)
    task, _ = chain.ran("exit 127")
    assert (task["containers"][0]["exitCode"], told(task)) == (127, ESSENTIAL)
    chain.define(main={"entryPoint": ["/not-there"]})
    task = chain.stopped(chain.run_task()["taskArn"])
    assert task["stoppedReason"].startswith("CannotStartContainerError: ")
    assert "exitCode" not in task["containers"][0]


@BOTH
def test_stop_is_sigterm_which_the_program_may_answer(chain: Chain) -> None:
    arn = chain.begun(main=shell("trap 'echo bye; exit 4' TERM; echo up; while :; do sleep 0.1; done"))
    chain.ecs.stop_task(cluster=chain.name, task=arn, reason="enough")
    task = chain.stopped(arn)
    assert (task["containers"][0]["exitCode"], told(task)) == (4, ("UserInitiated", "enough"))
    assert chain.lines(arn) == ["up", "bye"]
    chain.wait_until_gone()


@BOTH
def test_what_ignores_sigterm_is_killed_after_its_stop_timeout(chain: Chain) -> None:
    arn = chain.begun(main=shell(UNWILLING, stopTimeout=2))
    chain.ecs.stop_task(cluster=chain.name, task=arn)
    (container,) = chain.stopped(arn)["containers"]
    assert container["exitCode"] == 137
    assert "reason" not in container


@BOTH
def test_a_stop_that_comes_before_the_container_is_there_stops_it(chain: Chain) -> None:
    chain.define(main=shell("trap 'exit 5' TERM; while :; do sleep 0.1; done"))
    arn = chain.run_task()["taskArn"]
    chain.ecs.stop_task(cluster=chain.name, task=arn)
    assert chain.stopped(arn)["stopCode"] == "UserInitiated"
    chain.wait_until_gone()


def test_the_end_of_an_essential_container_ends_the_others(chain: Chain) -> None:
    chain.define(
        main=shell("sleep 1; exit 6"),
        side=shell("trap 'exit 7' TERM; while :; do sleep 0.1; done", essential=False),
        late=shell("echo never", essential=False, dependsOn=[{"containerName": "side", "condition": "COMPLETE"}]),
    )
    task = chain.stopped(chain.run_task()["taskArn"])
    assert [one.get("exitCode") for one in task["containers"]] == [6, 7, None]
    assert told(task) == ESSENTIAL
