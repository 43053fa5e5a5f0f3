"""Copies of the configuration of docker's CLI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from s3ecs.image import docker_config

if TYPE_CHECKING:
    from pathlib import Path


def test_without_proxies_it_says_all_else_unless_it_shall_not(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "contexts").mkdir(parents=True)
    said = {"auths": {"registry": {"auth": "x"}}, "currentContext": "mine", "proxies": {"default": {"httpProxy": "p"}}}
    (own / "config.json").write_text(json.dumps(said), encoding="utf-8")
    for left_out, kept in (((), {"auths", "currentContext"}), (docker_config.LOGINS, {"currentContext"})):
        into = tmp_path / str(len(kept))
        into.mkdir()
        found = docker_config.without_proxies(into, left_out, {"DOCKER_CONFIG": str(own)})
        assert found == {"DOCKER_CONFIG": str(into)}
        copy = json.loads((into / "config.json").read_text(encoding="utf-8"))
        assert copy == {name: said[name] for name in kept}
        assert (into / "contexts").is_dir()


def test_where_there_are_none_it_is_the_user_s_own(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"auths": {}}', encoding="utf-8")
    assert docker_config.without_proxies(tmp_path / "into", (), {"DOCKER_CONFIG": str(tmp_path)}) == {}
