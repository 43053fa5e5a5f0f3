"""Finding the spec's file, and reading it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from s3ecs.errors import SpecError, UsageError
from s3ecs.spec import find, load
from s3ecs.spec.loading import MAX_BYTES

SMALL = "name: go\nbucket: go-uploads\njobs:\n  convert:\n    image: repo\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    return tmp_path


def test_a_named_file_is_the_spec(folder: Path) -> None:
    (folder / "s3ecs.yaml").touch()
    assert find(Path("other.yaml")) == Path("other.yaml")


def test_the_spec_here_comes_before_the_one_in_config(folder: Path) -> None:
    (folder / "config/s3ecs.yaml").touch()
    assert find(None) == Path("config/s3ecs.yaml")
    (folder / "s3ecs.yaml").touch()
    assert find(None) == Path("s3ecs.yaml")


@pytest.mark.usefixtures("folder")
def test_no_spec_here_is_told_with_a_hint() -> None:
    with pytest.raises(UsageError, match=r"neither s3ecs\.yaml nor config/s3ecs\.yaml") as caught:
        find(None)
    assert caught.value.hint
    assert "-f FILE" in caught.value.hint


@pytest.mark.usefixtures("folder")
def test_a_missing_file_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"^cannot read the spec gone.yaml: No such file or directory$") as caught:
        load(Path("gone.yaml"))
    assert caught.value.hint


@pytest.mark.usefixtures("folder")
def test_a_folder_is_no_spec() -> None:
    with pytest.raises(UsageError, match=r"^config is a folder") as caught:
        load(Path("config"))
    assert caught.value.hint == "name the file in it: -f config/s3ecs.yaml"


def test_a_path_that_no_file_can_have_is_told() -> None:
    with pytest.raises(UsageError, match="null"):
        load(Path("a\0b"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_told(folder: Path) -> None:
    (folder / "s3ecs.yaml").touch(mode=0)
    with pytest.raises(UsageError, match="Permission denied"):
        load(folder / "s3ecs.yaml")


def test_a_file_without_end_is_refused(folder: Path) -> None:
    (folder / "s3ecs.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(SpecError, match="larger than 1024 KiB"):
        load(folder / "s3ecs.yaml")
    with pytest.raises(SpecError, match="larger than 1024 KiB"):
        load(Path("/dev/zero"))


def test_relative_paths_start_at_the_files_folder(folder: Path) -> None:
    (folder / "config/s3ecs.yaml").write_text(SMALL, encoding="utf-8")
    assert load(Path("config/s3ecs.yaml")).folder == folder / "config"


def test_a_byte_order_mark_is_no_problem(folder: Path) -> None:
    (folder / "s3ecs.yaml").write_text(SMALL, encoding="utf-8-sig")
    assert load(Path("s3ecs.yaml")).name == "go"


def test_the_dataclasses_cost_no_yaml() -> None:
    code = "import sys, s3ecs.spec.model, s3ecs.spec.filter, s3ecs.spec.words; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
