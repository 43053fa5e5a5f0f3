"""A folder is built, pushed to a real registry, and named by the digest that it has there."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest

from s3ecs.image.source import source_of
from s3ecs.spec.model import Build
from tests.cli.terminal import Terminal
from tests.cli.wire import Refusal
from tests.engines import BOTH, BUSYBOX
from tests.registry import PASSWORD, REFUSAL, USER, Ecr, account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from s3ecs.local.control import Server
    from tests.cli.terminal import Ran
    from tests.cli.wire import Wire
    from tests.engines import Engine
    from tests.engines.podman import Podman
    from tests.registry import Registry

pytestmark = pytest.mark.containers

REGION: Final = "us-east-2"
DOCKERFILE: Final = f'FROM {BUSYBOX}\nCOPY main.sh /\nENTRYPOINT ["sh", "/main.sh"]\n'
PROGRAM: Final = 'for word in "$@"; do echo "[$word]"; done; echo "$GREETING $AWS_REGION"; exit 3\n'
READS: Final = ("Get", "List", "Describe", "HEAD", "GET", "BatchGet")
FOLDER: Final = {"image": "./program"}


class Place:
    """A terminal in an account whose ECR takes pushes, with a folder ``program`` to build."""

    def __init__(self, terminal: Terminal, wire: Wire, ecr: Ecr, client: Callable[..., Any]) -> None:
        self.terminal, self.wire, self.ecr, self.registry, self.client = terminal, wire, ecr, ecr.registry, client
        self.write("Dockerfile", DOCKERFILE)
        self.write("main.sh", PROGRAM)

    def write(self, name: str, text: str) -> Path:
        file = self.terminal.folder / "program" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def __call__(self, *words: str, code: int = 0, **env: str) -> Ran:
        """Type a command that ends with ``code``; ``wire.seen`` then holds its calls."""
        self.wire.seen.clear()
        ran = self.terminal(*words, **env)
        assert ran.code == code, ran.err
        return ran

    def changes(self) -> list[str]:
        """The calls of the last command that changed something."""
        return [call for call in self.wire.seen if not call.split()[1].startswith(READS)]

    def image(self, family: str) -> str:
        """What the latest task definition names."""
        found = self.client("ecs", region=REGION).describe_task_definition(taskDefinition=family)
        image: str = found["taskDefinition"]["containerDefinitions"][0]["image"]
        return image


@pytest.fixture
def place(
    engine: Engine, embedded: Server, registry: Registry, clients: Callable[..., Any], tmp_path: Path
) -> Iterator[Place]:
    registries = tmp_path / "registries.conf"
    hosts = [f'[[registry]]\nlocation = "{host}"\ninsecure = true\n' for host in (registry.host, registry.gate)]
    registries.write_text("".join(hosts), encoding="utf-8")
    ecr = Ecr(registry, clients("ecr", region=REGION))
    with account(embedded, ecr) as wire:
        env = {**engine.env, **wire.env, "AWS_REGION": REGION, "CONTAINERS_REGISTRIES_CONF": str(registries)}
        yield Place(Terminal(tmp_path, env), wire, ecr, clients)


@BOTH
def test_a_folder_is_pushed_once_and_pinned_to_its_digest(place: Place, engine: Engine) -> None:
    name = f"pinned-{engine.kind}"
    place.terminal.stack(name, jobs={"convert": FOLDER})
    first = place("up", "--yes")
    assert f"  + image {name}/convert: new" in first.err.splitlines()
    coming = {"podman": "Copying blob ", "docker": "The push refers to repository "}
    assert any(line.startswith(f"  {name}/convert: {coming[engine.kind]}") for line in first.err.splitlines())
    ((_, digest),) = place.registry.tags(f"{name}/convert").items()
    assert place.image(f"{name}-convert") == f"{place.registry.host}/{name}/convert@{digest}"
    assert place.changes()[:2] == ["ecr CreateRepository", "ecr PutLifecyclePolicy"]
    assert not [image for image in engine("images", "--format", "{{.Repository}}").split() if name in image]

    second = place("up", "--yes")
    assert f"  = image {name}/convert: unchanged" in second.err.splitlines()
    assert place.changes() == []
    assert "building" not in second.err
    assert "ecr GetAuthorizationToken" not in place.wire.seen


def test_a_changed_folder_is_pushed_again_and_what_nothing_names_is_deleted(place: Place) -> None:
    place.write("main.sh", "echo one\n")  # another stack's image of the same digest would be in use
    place.terminal.stack("changed", jobs={"convert": FOLDER}, keep_images=1)
    place("up", "--yes")
    ((tag, digest),) = place.registry.tags("changed/convert").items()

    place.write("main.sh", "echo other\n")
    third = place("up", "--yes")
    assert "  + image changed/convert: changed since the last push from here: main.sh" in third.err.splitlines()
    tags = place.registry.tags("changed/convert")
    (other,) = tags.keys() - {tag}
    assert place.image("changed-convert").endswith(f"@{tags[other]}")
    # The former one is named by nothing any more, and one is kept.
    assert f"  deleted image changed/convert@{digest}" in third.err.splitlines()
    assert "ecr BatchDeleteImage" in place.changes()

    anew = place("up", "--yes", "--rebuild")
    assert "  + image changed/convert: built anew" in anew.err.splitlines()
    assert place.registry.tags("changed/convert").keys() == {tag, other, f"{other}-2"}
    place("up", "--yes")
    assert place.changes() == []

    down = place("down", "--yes")
    assert "  = repository changed/convert (kept: it holds images)" in down.err.splitlines()
    place("down", "--yes", "--delete-data", "--confirm", "changed")
    assert "ecr DeleteRepository" in place.changes()


def test_two_jobs_with_one_folder_build_it_once(place: Place) -> None:
    other = {"build": "program", "args": {"A": "1"}}
    jobs: dict[str, Any] = {name: FOLDER | {"prefix": f"{name}/"} for name in ("one", "two")}
    jobs["two"] |= {"sidecars": {"proxy": {"image": other}}}
    place.terminal.stack("twice", jobs=jobs)
    ran = place("image", "build", AWS_ENDPOINT_URL="http://127.0.0.1:1")  # no account is asked
    ids = dict(line.split("\t") for line in ran.out.splitlines())
    assert ids.keys() == {"twice/one", "twice/two", "twice/two/proxy"}
    assert ids["twice/one"] == ids["twice/two"]
    assert ran.err.count("COMMIT s3ecs:") == 2

    pushed = place("image", "push", "--job", "one")
    (digest,) = place.registry.tags("twice/one").values()
    assert pushed.out == f"twice/one\t{place.registry.host}/twice/one@{digest}\n"
    assert place.registry.tags("twice/two") == {}
    assert place.changes() == ["ecr CreateRepository", "ecr PutLifecyclePolicy"]
    assert PASSWORD not in pushed.err + pushed.out


@BOTH
def test_run_gives_the_container_what_a_key_would_give_it(place: Place) -> None:
    job = FOLDER | {"command": ["--in={uri}", "{key}"], "environment": {"GREETING": "hello {bucket}"}, "prefix": ""}
    place.terminal.stack("alone", jobs={"convert": job})
    key = "-n it's; $(touch x) {key}"
    ran = place("image", "run", "--", key, code=3)
    assert ran.out.splitlines() == [f"[--in=s3://alone-bucket/{key}]", f"[{key}]", f"hello alone-bucket {REGION}"]
    assert place.changes() == []


def test_run_gives_the_container_the_credentials_of_whoever_runs_it_and_shows_them_to_nobody(
    place: Place, tmp_path: Path
) -> None:
    # A profile finds them: no variable holds them here, and no file of the container.
    keys = {"AccessKeyId": place.wire.server.access_key, "SecretAccessKey": place.wire.server.secret_key}
    (tmp_path / "keys").write_text(json.dumps({"Version": 1, "SessionToken": "t0ken", **keys}), encoding="utf-8")
    (tmp_path / "config").write_text(f"[profile mine]\ncredential_process = cat {tmp_path}/keys\n", encoding="utf-8")
    typed = tmp_path / "typed"
    noting = place.write("../podman", f'#!/bin/sh\necho "$@" >> {typed}\nexec podman "$@"\n')
    noting.chmod(0o755)
    place.write("main.sh", "env | grep ^AWS_\n")
    place.terminal.stack("mine", jobs={"convert": FOLDER | {"prefix": ""}})
    nowhere = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "")
    found = {"AWS_PROFILE": "mine", "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_REGION": "eu-north-1"}
    env = {**nowhere, **found, "S3ECS_CONTAINER_CLI": str(noting)}
    ran = place.terminal("--region", REGION, "image", "run", "x", **env)
    assert ran.code == 0, ran.err
    told = dict(line.partition("=")[::2] for line in ran.out.splitlines())
    assert {name: told[name] for name in nowhere} == dict(zip(nowhere, [*keys.values(), "t0ken"], strict=True))
    assert (told["AWS_REGION"], told["AWS_DEFAULT_REGION"]) == (REGION, REGION)
    assert not found.keys() - {"AWS_REGION"} & told.keys()  # they lead to files that the container does not have
    assert not [secret for secret in ("t0ken", *keys.values()) if secret in typed.read_text(encoding="utf-8")]


BAD: Final[dict[str, tuple[dict[str, str], str, str]]] = {
    "a build that fails": (
        {"Dockerfile": f"FROM {BUSYBOX}\nRUN echo the reason && exit 9\n"},
        "the reason",
        "mend Dockerfile, or what it copies; .dockerignore says what a build does not see",
    ),
    "a base image out of reach": (
        {"Dockerfile": "FROM registry.invalid/nothing:1\n"},
        "registry.invalid",
        "check the name in FROM, the network, and that you are signed in to its registry",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_built_leaves_the_account_as_it_was(what: str, place: Place) -> None:
    files, words, hint = BAD[what]
    for name, text in files.items():
        place.write(name, text)
    place.terminal.stack("bad-build", jobs={"convert": FOLDER})
    ran = place("up", "--yes", code=1)
    assert any(words in line for line in ran.errors), ran.err
    assert ran.hint == hint
    assert place.changes() == []


def test_an_image_that_does_not_know_what_to_run_is_pushed_for_a_job_alone_that_does(place: Place) -> None:
    place.write("Dockerfile", f"FROM {BUSYBOX}\nCOPY main.sh /\n")
    job = FOLDER | {"command": ["sh", "/main.sh"], "sidecars": {"proxy": FOLDER}}
    place.terminal.stack("unknowing", jobs={"convert": job})
    for words in (("up", "--yes"), ("image", "push")):
        ran = place(*words, code=2)
        (told,) = ran.errors
        assert told == "jobs.convert.sidecars.proxy: the image ./program has neither an entrypoint nor a command"
        assert ran.hint == "write an ENTRYPOINT into its Dockerfile, or command: into the spec"
        assert place.changes() == []


def test_an_image_upon_one_for_another_processor_is_none_for_this_one(
    place: Place, podman: Podman, tmp_path: Path
) -> None:
    """The registry has the base for one processor only, and wants a password of the user's own."""
    signed_in = tmp_path / "auth.json"
    base, anyhow = f"{place.registry.host}/base:1", (f"--authfile={signed_in}", "--tls-verify=false")
    podman("login", *anyhow, f"--username={USER}", f"--password={PASSWORD}", place.registry.host)
    podman("push", *anyhow, "--quiet", BUSYBOX, base)
    place.write("Dockerfile", DOCKERFILE.replace(BUSYBOX, base))
    place.write("main.sh", "echo arm\n")  # what was built of the same for this one would be taken from the cache
    place.terminal.stack("processor", jobs={"convert": FOLDER | {"architecture": "arm64"}})
    ran = place("up", "--yes", code=2, REGISTRY_AUTH_FILE=str(signed_in))
    folder = place.terminal.folder / "program"
    assert ran.errors == [f"{folder} was built upon an image for linux/amd64, and the job wants linux/arm64"]
    assert ran.hint.startswith("set architecture: in the spec")
    assert place.changes() == []
    assert source_of(Build(folder), "linux/arm64").hash not in podman("images", "--format", "{{.Tag}}").split()


def test_a_push_that_is_denied_leaves_an_empty_repository_which_the_next_up_uses(place: Place) -> None:
    place.terminal.stack("denied-push", jobs={"convert": FOLDER})
    place.ecr.host = place.registry.gate
    ran = place("up", "--yes", code=1)
    failed, behind = ran.errors
    assert failed.startswith(f"creating image denied-push/convert: pushing {place.registry.gate}/denied-push/convert:")
    assert failed.endswith(f"denied: {REFUSAL}")
    assert behind.endswith("behind that not begun")
    assert ran.hint.startswith("you may not push there: it takes ecr:InitiateLayerUpload")
    assert place.changes() == ["ecr CreateRepository", "ecr PutLifecyclePolicy"]
    assert place.registry.tags("denied-push/convert") == {}
    place.ecr.host = place.registry.host
    place("up", "--yes")
    assert "ecr CreateRepository" not in place.changes()
    assert len(place.registry.tags("denied-push/convert")) == 1


def test_a_registry_that_lets_nobody_in_is_told_likewise(place: Place) -> None:
    place.terminal.stack("outside", jobs={"convert": FOLDER})
    token = place.wire.behind["ecr GetAuthorizationToken"]
    another = {"ecr GetAuthorizationToken": lambda answer: token(answer).replace(b"QVdT", b"WFdT")}  # another user
    place.wire.behind |= another
    ran = place("image", "push", code=1)
    (failed,) = ran.errors
    assert failed.startswith(f"creating image outside/convert: signing in to {place.registry.host} with podman: ")
    assert failed.endswith("invalid username/password")
    assert ran.hint.startswith("you may not push there: it takes ecr:InitiateLayerUpload")
    assert place.changes() == ["ecr CreateRepository", "ecr PutLifecyclePolicy"]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk with little room."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip(f"no disk can be made here: {made.stderr.decode()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_without_room_for_a_build_leaves_nothing_and_for_a_push_an_empty_repository_which_the_next_uses(
    place: Place, small: Path
) -> None:
    place.terminal.stack("no-room", jobs={"convert": FOLDER})
    (place.terminal.folder / "program" / "large").write_bytes(os.urandom(2**20))
    place.write("Dockerfile", f"{DOCKERFILE}COPY large /\n")
    unbuilt = place("up", "--yes", code=1, TMPDIR=str(small))
    assert unbuilt.hint.startswith("make room on the disk")
    assert place.changes() == []
    place("image", "build")
    ran = place("up", "--yes", code=1, TMPDIR=str(small))
    failed, _ = ran.errors
    assert failed.startswith(f"creating image no-room/convert: pushing {place.registry.host}/no-room/convert:")
    assert failed.endswith("no space left on device")
    assert ran.hint.startswith("make room on the disk")
    assert place.changes() == ["ecr CreateRepository", "ecr PutLifecyclePolicy"]
    place("image", "push")
    assert "ecr CreateRepository" not in place.changes()
    assert len(place.registry.tags("no-room/convert")) == 1


def test_a_folder_that_cannot_be_built_any_more_is_told_beside_all_the_rest(place: Place) -> None:
    place.terminal.stack("unfit", jobs={"convert": FOLDER})
    place("up", "--yes")
    link = place.terminal.folder / "program" / "out"
    link.symlink_to("/etc/hostname")
    words = f"{link} is a link that leaves the folder, to '/etc/hostname': a build sees nothing there"
    status = place("status", "--json").json
    told = {hop["kind"]: (hop["health"], hop["changes"]) for hop in status["hops"]}
    assert told.pop("image") == ("not usable", [words])
    assert set(map(str, told.values())) == {"('ok', [])"}
    assert not status["well"]
    assert place("plan", code=2).errors == [words]
    (place.terminal.folder / "program" / "Dockerfile").unlink()
    assert place("down", "--yes").errors == []


def test_a_repository_that_may_not_be_made_changes_nothing(place: Place) -> None:
    place.terminal.stack("no-repository", jobs={"convert": FOLDER})
    place.wire.refusals["ecr CreateRepository"] = Refusal(400, "AccessDeniedException", "not authorized")
    ran = place("up", "--yes", code=1)
    assert ran.errors[0].startswith("creating repository no-repository/convert: CreateRepository: AccessDenied")
    assert place.changes() == ["ecr CreateRepository"]
