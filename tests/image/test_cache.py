"""What is remembered between two commands lies in the user's own folders, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3ecs.image import cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that one stands in."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    return here


def remembered() -> bool:
    cache.save("part", "name", {"a": 1})
    return cache.load("part", "name") == {"a": 1}


@pytest.mark.parametrize("home", ["", "me", "./me"])
def test_where_nobody_is_at_home_nothing_is_remembered_and_nothing_written(
    home: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)
    assert not remembered()
    assert list(here.iterdir()) == []
    monkeypatch.setenv("XDG_CACHE_HOME", str(here / "chosen"))
    assert remembered()
    assert (here / "chosen" / "s3ecs").is_dir()


def test_a_relative_cache_folder_is_ignored_as_the_xdg_specification_says(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert remembered()
    assert list(here.iterdir()) == []
    assert (here.parent / "me" / ".cache" / "s3ecs").is_dir()
