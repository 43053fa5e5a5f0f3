"""What a container CLI is told to build and push, and what is made of its complaints.

The CLI is a script that notes its words and answers as the real ones do; tests/containers has a real one.
"""

from __future__ import annotations

import json
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.errors import S3ecsError, UsageError
from s3ecs.image.build import build
from s3ecs.image.cli import CliFailed, ContainerCli
from s3ecs.image.complaints import OutOfReach
from s3ecs.image.push import Registry, push
from s3ecs.spec.model import Build

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """#!{python}
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
words = sys.argv[1:]
login = words[0] == "login"
auth = os.environ.get("REGISTRY_AUTH_FILE") or os.environ.get("DOCKER_CONFIG")
note = {{"words": words, "stdin": sys.stdin.read() if login else "", "auth": auth}}
note["kept"] = sorted(os.listdir(auth)) if auth and os.path.isdir(auth) else []
with (folder / "notes").open("a") as notes:
    notes.write(json.dumps(note) + "\\n")
answers = json.loads((folder / "answers").read_text())
words, code = answers.get(words[0], ["", 0])
print(words, file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""


class Cli:
    """A container CLI that answers with ``answers``: by command what it prints and how it ends."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        path = folder / name
        path.write_text(PROGRAM.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.cli = ContainerCli(str(path), name)
        self.answers(image=["sha256:abc linux/amd64", 0], images=["[]", 0])

    def answers(self, **answers: Any) -> None:
        (self.folder / "answers").write_text(json.dumps(answers), encoding="utf-8")

    @property
    def notes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "notes").read_text().splitlines()]


@pytest.fixture
def docker(tmp_path: Path) -> Cli:
    return Cli(tmp_path, "docker")


@pytest.fixture
def podman(tmp_path: Path) -> Cli:
    return Cli(tmp_path, "podman")


@pytest.fixture
def source(tmp_path: Path) -> Build:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Other").write_text("FROM scratch\n")
    (folder / ".dockerignore").write_text("x\n")
    return Build(folder, dockerfile="Other", target="worker", args={"B": "2 $(x)", "A": ""})


def test_a_build_is_told_all_that_the_spec_says(docker: Cli, source: Build) -> None:
    assert build(docker.cli, source, "linux/amd64", "s3ecs:1") == "sha256:abc"
    folder = str(source.folder)
    assert docker.notes[0]["words"] == [
        *("build", "--platform", "linux/amd64", "--file", f"{folder}/Other", "--tag", "s3ecs:1"),
        *("--target", "worker", "--build-arg", "A=", "--build-arg", "B=2 $(x)", "--force-rm", folder),
    ]


def test_what_is_built_anew_asks_for_newer_base_images(docker: Cli, source: Build) -> None:
    build(docker.cli, source, "linux/amd64", "s3ecs:1", anew=True)
    assert {"--no-cache", "--pull"} <= set(docker.notes[0]["words"])


def test_podman_leaves_out_what_docker_does(podman: Cli, source: Build) -> None:
    build(podman.cli, source, "linux/amd64", "s3ecs:1", anew=True)
    words = podman.notes[0]["words"]
    assert words[words.index("--ignorefile") + 1] == f"{source.folder}/.dockerignore"
    assert "--pull=newer" in words


def test_an_image_for_another_processor_is_refused(docker: Cli, source: Build) -> None:
    docker.answers(image=["sha256:abc linux/arm64", 0])
    with pytest.raises(UsageError, match=r"was built for linux/arm64, and the job wants linux/amd64$") as caught:
        build(docker.cli, source, "linux/amd64", "s3ecs:1")
    assert caught.value.hint == "set architecture: in the spec, or let FROM name no platform of its own"
    builds = [note["words"] for note in docker.notes if note["words"][0] == "build"]
    assert ["--no-cache" in words for words in builds] == [False, True]  # its cache may have been to blame


def test_a_builder_that_keeps_what_it_builds_is_none_to_build_with(docker: Cli, source: Build) -> None:
    docker.answers(image=["Error: No such image: s3ecs:1", 1])
    with pytest.raises(UsageError, match=r"and its engine does not hold it: No such image: s3ecs:1$") as caught:
        build(docker.cli, source, "linux/amd64", "s3ecs:1")
    assert str(caught.value.hint).endswith("as BUILDX_BUILDER=default does")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("write /var/lib/docker/tmp: no space left on device", "make room on the disk"),
        ("exec /bin/sh: exec format error", "this is for another processor"),
        ("pull access denied for nothing, repository does not exist", "check the name in FROM"),
        ("failed to resolve source metadata for docker.io/x: dial tcp: lookup", "check the name in FROM"),
        ('target stage "worker" could not be found', "write a stage of the Dockerfile"),
        ("BuildKit is enabled but the buildx component is missing or broken.", "install docker's plug-in buildx"),
        ("the reason", "mend Other, or what it copies"),
        # A program that a build runs may say whatever it likes.
        ('building at STEP "RUN git clone x # no such host": while running runtime: exit status 1', "mend Other"),
        ('ERROR: failed to solve: process "/bin/sh -c wget https://a/v2/" did not complete successfully', "mend Other"),
        ("The command '/bin/sh -c docker pull x # manifest unknown' returned a non-zero code: 1", "mend Other"),
        ('ADD failed: Get "http://registry.invalid/v2/x": dial tcp: lookup: no such host', "mend Other"),
        # What is asked of a registry may come back as it came from the network.
        ('Get "https://registry-1.docker.io/v2/": dial tcp: i/o timeout', "check the name in FROM"),
        ('invalid from flag value a/b: Head "https://a/v2/b/manifests/latest": EOF', "check the name in FROM"),
        ("creating build container: copying system image: reading blob sha256:ab: EOF", "check the name in FROM"),
        ("COPY --from=last: no stage or image found with that name", "name a stage above it after --from="),
    ],
)
def test_a_build_that_fails_is_told_in_its_own_words_with_a_hint(
    words: str, hint: str, docker: Cli, source: Build
) -> None:
    docker.answers(build=[words, 4])
    with pytest.raises(CliFailed) as caught:
        build(docker.cli, source, "linux/amd64", "s3ecs:1")
    assert str(caught.value).split("\n") == [f"building {source.folder} with docker: exit code 4", words]
    assert str(caught.value.hint).startswith(hint)
    assert caught.value.exit_code == 1


def test_what_buildkit_says_last_counts_whatever_its_cli_says_after_it(docker: Cli, source: Build) -> None:
    said = (
        "ERROR: failed to solve: python:4: failed to resolve source metadata for docker.io/library/python:4: not found"
    )
    docker.answers(build=[f"#2 0.1 no such host\n{said}\n\nView build details: docker-desktop://dashboard/build/x", 1])
    with pytest.raises(OutOfReach) as caught:
        build(docker.cli, source, "linux/amd64", "s3ecs:1")
    assert caught.value.why == said


REGISTRY = Registry("123.dkr.ecr.here", "AWS", "sesame-open")


@pytest.mark.parametrize("name", ["docker", "podman", "finch"])
def test_the_password_goes_over_standard_input_and_nothing_keeps_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    (own / "contexts").mkdir(parents=True)
    (own / "config.json").write_text(
        '{"auths": {"x": {"auth": "old"}}, "credsStore": "desktop", "currentContext": "c"}'
    )
    monkeypatch.setenv("DOCKER_CONFIG", str(own))
    before = (own / "config.json").read_bytes()
    cli = Cli(tmp_path, name)
    push(cli.cli, "sha256:abc", "123.dkr.ecr.here/a/b:1", REGISTRY)
    by_command = {note["words"][0]: note for note in cli.notes}
    login, pushed = by_command["login"], by_command["push"]
    assert login["words"] == ["login", "--username", "AWS", "--password-stdin", "123.dkr.ecr.here"]
    assert login["stdin"] == "sesame-open"
    assert pushed["words"] == ["push", "123.dkr.ecr.here/a/b:1"]
    assert by_command["tag"]["words"] == ["tag", "sha256:abc", "123.dkr.ecr.here/a/b:1"]
    assert by_command["rmi"]["words"] == ["rmi", "123.dkr.ecr.here/a/b:1"]
    assert "sesame-open" not in json.dumps([note["words"] for note in cli.notes]) + repr(REGISTRY)
    assert (own / "config.json").read_bytes() == before
    if name == "finch":  # signs in where it always does, and out again
        assert by_command["logout"]["words"] == ["logout", "123.dkr.ecr.here"]
    else:
        assert login["auth"] == pushed["auth"] != str(own)
        assert not tmp_path.joinpath(login["auth"]).exists()
    if name == "docker":
        assert pushed["kept"] == ["config.json", "contexts"]


@pytest.mark.parametrize(
    ("command", "words", "hint"),
    [
        ("login", "Error response: 401 Unauthorized", "you may not push there"),
        ("push", "denied: User: me is not authorized to perform: ecr:InitiateLayerUpload", "you may not push there"),
        ("push", "no space left on device", "make room on the disk"),
    ],
)
def test_a_push_that_fails_is_told(command: str, words: str, hint: str, docker: Cli) -> None:
    docker.answers(**{command: [words, 1]})
    with pytest.raises(S3ecsError) as caught:
        push(docker.cli, "sha256:abc", "123.dkr.ecr.here/a/b:1", REGISTRY)
    message, *more = str(caught.value).split("\n")
    assert (message.endswith(f": {words}"), more) == (True, [])
    assert str(caught.value.hint).startswith(hint)


@pytest.mark.parametrize("home", ["", "me"])
def test_no_settings_of_docker_are_taken_from_where_nobody_is_at_home(
    home: str, docker: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.setenv("HOME", home)
    (tmp_path / ".docker").mkdir()
    with pytest.raises(UsageError, match="HOME names no absolute folder") as refused:
        push(docker.cli, "sha256:abc", "123.dkr.ecr.here/a/b:1", REGISTRY)
    assert refused.value.hint == "set HOME, or DOCKER_CONFIG to a folder of your own"
