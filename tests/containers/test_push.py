"""A folder is built, pushed to a real registry, and named by the digest that it has there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.cli.terminal import Terminal
from tests.podman import BUSYBOX, Podman
from tests.registry import account, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from s3ecs.local.control import Server
    from tests.cli.wire import Wire
    from tests.registry import Registry

pytestmark = pytest.mark.containers

REGION: Final = "us-east-2"
DOCKERFILE: Final = f'FROM {BUSYBOX}\nCOPY main.sh /\nENTRYPOINT ["sh", "/main.sh"]\n'


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with running(tmp_path_factory.mktemp("registry")) as found:
        yield found


class Place:
    """A terminal in an account whose ECR takes pushes, with a folder ``program`` to build."""

    def __init__(self, terminal: Terminal, wire: Wire, registry: Registry, client: Callable[..., Any]) -> None:
        self.terminal, self.wire, self.registry, self.client = terminal, wire, registry, client

    def write(self, name: str, text: str) -> Path:
        file = self.terminal.folder / "program" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def image(self, family: str) -> str:
        found = self.client("ecs", region=REGION).describe_task_definition(taskDefinition=family)
        image: str = found["taskDefinition"]["containerDefinitions"][0]["image"]
        return image


@pytest.fixture
def place(
    podman: Podman, embedded: Server, registry: Registry, clients: Callable[..., Any], tmp_path: Path
) -> Iterator[Place]:
    registries = tmp_path / "registries.conf"
    registries.write_text(f'[[registry]]\nlocation = "{registry.host}"\ninsecure = true\n', encoding="utf-8")
    with account(embedded, registry, clients("ecr", region=REGION)) as wire:
        env = {**podman.env, **wire.env, "AWS_REGION": REGION, "CONTAINERS_REGISTRIES_CONF": str(registries)}
        made = Place(Terminal(tmp_path, env), wire, registry, clients)
        made.write("Dockerfile", DOCKERFILE)
        made.write("main.sh", "echo $1\n")
        yield made


def _changes(wire: Wire) -> list[str]:
    reads = ("Get", "List", "Describe", "HEAD", "GET")
    return [call for call in wire.seen if not call.split()[1].startswith(reads)]


def test_a_folder_is_pushed_once_and_pinned_to_its_digest(place: Place) -> None:
    place.terminal.stack("pinned", jobs={"convert": {"image": "./program"}})
    first = place.terminal("up", "--yes")
    assert first.code == 0, first.err
    assert "  + image pinned/convert: new" in first.err.splitlines()
    ((tag, digest),) = place.registry.tags("pinned/convert").items()
    assert place.image("pinned-convert") == f"{place.registry.host}/pinned/convert@{digest}"

    place.wire.seen.clear()
    second = place.terminal("up", "--yes")
    assert second.code == 0
    assert "  = image pinned/convert: unchanged" in second.err.splitlines()
    assert _changes(place.wire) == []
    assert "building" not in second.err

    place.write("main.sh", "echo other\n")
    planned = place.terminal("plan", "--json")
    remarks = {step["kind"]: step.get("remark") for step in json.loads(planned.out)["steps"]}
    assert remarks["image"] == "changed since the last push from here: main.sh"
    third = place.terminal("up", "--yes")
    assert third.code == 0, third.err
    tags = place.registry.tags("pinned/convert")
    assert len(tags) == 2
    (other,) = tags.keys() - {tag}
    assert place.image("pinned-convert").endswith(f"@{tags[other]}")
    assert place.terminal("down", "--yes").code == 0
