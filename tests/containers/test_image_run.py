"""``image run`` against the embedded AWS: the container has what the key gives it, and reaches what it is led to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import Terminal
from tests.engines import BOTH, BUSYBOX

from .elsewhere import ELSEWHERE

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.local.control import Server
    from tests.engines import Engine

pytestmark = pytest.mark.containers

ASK = 'wget -q -O - --header "X-S3ecs-Key: $AWS_ACCESS_KEY_ID" "$AWS_ENDPOINT_URL/_s3ecs/health"; echo; env'
PROXIES = {"HTTP_PROXY": "http://proxy.invalid:3128", "https_proxy": "http://proxy.invalid:3128", "NO_PROXY": "mine"}


def ran(terminal: Terminal) -> list[str]:
    terminal.spec(name="ran", bucket="ran-bucket", jobs={"ask": {"image": BUSYBOX, "command": ["sh", "-c", ASK]}})
    done = terminal("image", "run", "key")
    assert done.code == 0, done.err
    return done.out.splitlines()


@BOTH
def test_it_has_no_proxy_of_the_user_s_and_reaches_the_embedded_aws(
    typing: Terminal, engine: Engine, embedded: Server
) -> None:
    health, *variables = ran(Terminal(typing.folder, {**typing.env, **engine.env, **PROXIES}))
    assert json.loads(health)["pid"] == embedded.pid
    assert [each for each in variables if "proxy" in each.lower()] == []


def test_in_a_virtual_machine_it_is_led_by_the_engine_s_name_for_this_one(
    typing: Terminal, embedded: Server, tmp_path: Path
) -> None:
    cli = tmp_path / "podman"
    cli.write_text(ELSEWHERE, encoding="utf-8")
    cli.chmod(0o755)
    health, *variables = ran(Terminal(typing.folder, {**typing.env, "S3ECS_CONTAINER_CLI": str(cli)}))
    assert json.loads(health)["pid"] == embedded.pid
    port = embedded.endpoint.rpartition(":")[2]
    assert f"AWS_ENDPOINT_URL=http://host.containers.internal:{port}" in variables
