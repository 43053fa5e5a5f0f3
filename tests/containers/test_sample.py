"""The sample image as the sample spec has it built and run."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from s3ecs.image.build import PLATFORMS
from s3ecs.image.source import source_of
from s3ecs.spec.model import Build
from tests.local.chain import wait_for

if TYPE_CHECKING:
    from tests.cli.terminal import Terminal
    from tests.engines.podman import Podman

pytestmark = pytest.mark.containers

ROOT: Final = Path(__file__).parents[2]
SPEC: Final = ROOT / "config" / "s3ecs.yaml"
FOLDER: Final = ROOT / "batch_image"
NOT_NEEDED: Final = shutil.ignore_patterns("__pycache__", "test", "tests", "idlelib", "*-packages", "ensurepip", "*.a")


def needed_by(*programs: Path) -> set[Path]:
    """The shared libraries that programs are loaded with."""
    told = subprocess.run(["ldd", *map(str, programs)], capture_output=True, encoding="utf-8", check=False).stdout
    return {Path(found) for found in re.findall(r"(?:=> |^\s+)(/\S+) \(0x", told, re.MULTILINE)}


@pytest.fixture(scope="module")
def base(podman: Podman) -> str:
    """Under the name that the sample's FROM asks for, an image with the Python that runs the tests, and no shell."""
    name = (FOLDER / "Dockerfile").read_text(encoding="utf-8").split()[1]
    context = podman.folder / "python"
    python = Path(os.path.realpath(sys._base_executable))  # type: ignore[attr-defined]
    for folder in {Path(sysconfig.get_path(kind)) for kind in ("stdlib", "platstdlib")}:
        shutil.copytree(folder, context / folder.relative_to("/"), ignore=NOT_NEEDED, dirs_exist_ok=True)
    for file in {python, *needed_by(python, *context.rglob("*.so"))}:
        copy = context / file.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    (context / "usr/bin").mkdir(parents=True, exist_ok=True)
    if not (context / "usr/bin/python3").exists():
        (context / "usr/bin/python3").symlink_to(python)
    (context / "Dockerfile").write_text("FROM scratch\nCOPY . /\n", encoding="utf-8")
    podman("build", "--quiet", "--tag", f"docker.io/library/{name}", str(context))
    return f"docker.io/library/{name}"


@pytest.fixture(scope="module")
def up(base: str, typing: Terminal) -> list[str]:  # noqa: ARG001 - it has to be there
    """What ``up`` of the sample said."""
    ran = typing("-f", str(SPEC), "up", "--yes")
    assert ran.code == 0, ran.err
    return ran.err.splitlines()


@pytest.fixture(scope="module")
def image(up: list[str]) -> str:  # noqa: ARG001 - it has to be built
    """The sample image, by the name that it is built under."""
    return f"s3ecs:{source_of(Build(FOLDER), PLATFORMS['x86_64']).hash}"


def test_the_sample_runs_as_a_container_and_reads_its_object(up: list[str], typing: Terminal) -> None:
    assert "jobs run as containers, by podman" in up
    ran = typing("-f", str(SPEC), "test-upload", "target/test.csv")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "argument 1: 'target/test.csv'"
    assert ran.out.splitlines()[-1] == "object: 72 bytes, 3 lines"


def test_it_is_not_root_and_adds_next_to_nothing_to_its_base(image: str, base: str, podman: Podman) -> None:
    assert podman("image", "inspect", "--format", "{{.Config.User}}", image) == "10001:10001"
    sizes = [int(podman("image", "inspect", "--format", "{{.Size}}", each)) for each in (image, base)]
    assert sizes[0] - sizes[1] < 64 * 1024


def test_nothing_runs_while_it_is_built() -> None:
    words = [line.split()[0] for line in (FOLDER / "Dockerfile").read_text(encoding="utf-8").splitlines() if line]
    assert "RUN" not in words
    assert "ADD" not in words


def test_it_answers_sigterm_as_the_first_process_of_its_container(image: str, podman: Podman) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        given = {"ENV": "x", "BUCKET": "b", "AWS_ENDPOINT_URL": endpoint}
        given |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        variables = [word for name, value in given.items() for word in ("--env", f"{name}={value}")]
        podman("run", "--detach", "--name", "sample", "--network=host", *variables, image, "slow")
        server.settimeout(30)
        with server.accept()[0] as asking:
            asking.recv(1)  # it reads now, and there is no answer
            podman("stop", "--time", "25", "sample")
    wait_for(lambda: podman("inspect", "--format", "{{.State.Status}}", "sample") == "exited")
    code = podman("inspect", "--format", "{{.State.ExitCode}}", "sample")
    podman("rm", "sample")
    assert code == "143"
