"""What real CLIs do with the login for a push: it is noted for as long as that takes, and nowhere else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from s3ecs.image.push import Registry, push
from tests.engines import BUSYBOX
from tests.registry import PASSWORD, USER

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.image.cli import ContainerCli
    from tests.engines import Engine
    from tests.registry import Registry as Running

pytestmark = pytest.mark.containers

STORES: Final = ("docker-credential-secretservice", "docker-credential-pass", "pass")
"""By these names docker finds a store of the machine, which it takes where nothing is said of any."""


@pytest.mark.parametrize("engine", ["docker"], indirect=True)
def test_no_store_of_the_machine_is_asked_to_keep_it(
    cli: ContainerCli, engine: Engine, registry: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    for name in STORES:
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} $1 >> {asked}\ncat > /dev/null\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    name = "stores/convert"
    push(cli, engine.id(BUSYBOX), f"{registry.host}/{name}:1", Registry(registry.host, USER, PASSWORD))
    assert registry.tags(name).keys() == {"1"}
    assert not asked.exists()
