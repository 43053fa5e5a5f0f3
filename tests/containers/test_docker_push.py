"""What docker does with a push, and with the login for it, which is noted as long as that takes and nowhere else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from s3ecs.image.cli import CliFailed
from s3ecs.image.push import Registry, push
from tests.engines import BUSYBOX
from tests.registry import PASSWORD, REFUSAL, USER

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.image.cli import ContainerCli
    from tests.engines import Engine
    from tests.registry import Registry as Running

pytestmark = [pytest.mark.containers, pytest.mark.parametrize("engine", ["docker"], indirect=True)]

STORES: Final = ("docker-credential-secretservice", "docker-credential-pass", "pass")
"""By these names docker finds a store of the machine, which it takes where nothing is said of any."""


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


def test_a_push_that_is_denied_is_told_in_one_line(cli: ContainerCli, engine: Engine, registry: Running) -> None:
    reference = f"{registry.gate}/denied/convert:1"
    with pytest.raises(CliFailed) as caught:
        push(cli, engine.id(BUSYBOX), reference, Registry(registry.gate, USER, PASSWORD))
    assert str(caught.value) == f"pushing {reference} with docker: denied: {REFUSAL}"
    assert str(caught.value.hint).startswith("you may not push there: it takes ecr:InitiateLayerUpload")
    assert registry.tags("denied/convert") == {}


def test_a_registry_that_lets_nobody_in_is_told_likewise(cli: ContainerCli, engine: Engine, registry: Running) -> None:
    with pytest.raises(CliFailed, match=r"401 Unauthorized|unauthorized") as caught:
        push(cli, engine.id(BUSYBOX), f"{registry.host}/outside:1", Registry(registry.host, "somebody", PASSWORD))
    assert PASSWORD not in str(caught.value)
    assert str(caught.value.hint).startswith("you may not push there: it takes ecr:InitiateLayerUpload")
