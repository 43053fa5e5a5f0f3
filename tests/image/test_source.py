"""A hash names what goes into a build: it changes with each part of it, and with nothing else."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3ecs.image import cache
from s3ecs.image.source import changes, source_of
from s3ecs.spec.model import Build

if TYPE_CHECKING:
    from collections.abc import Callable

AMD = "linux/amd64"


def _age(folder: Path) -> None:
    """As if everything had been written an hour ago: what was just written is not trusted to be the same."""
    for path in folder.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (path.stat().st_mtime - 3600,) * 2)


def _hash(folder: Path, platform: str = AMD) -> str:
    return source_of(Build(folder), platform).hash


def _relink(link: Path) -> None:
    link.unlink()
    link.symlink_to("main.py")


CHANGES: dict[str, Callable[[Path], object]] = {
    "contents": lambda folder: (folder / "main.py").write_text("3"),
    "contents further down": lambda folder: (folder / "lib/a.py").write_text("3"),
    "a mode": lambda folder: (folder / "main.py").chmod(0o755),
    "the mode of a folder": lambda folder: (folder / "lib").chmod(0o700),
    "a new file": lambda folder: (folder / "b").write_text(""),
    "a new folder": lambda folder: (folder / "empty").mkdir(),
    "a new link": lambda folder: (folder / "other").symlink_to("main.py"),
    "another name": lambda folder: (folder / "main.py").rename(folder / "mein.py"),
    "a file less": lambda folder: (folder / "main.py").unlink(),
    "a link's target": lambda folder: _relink(folder / "link"),
    "the Dockerfile": lambda folder: (folder / "Dockerfile").write_text("FROM scratch\n"),
    "what is left out": lambda folder: (folder / ".dockerignore").write_text("lib\n"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_changes_with(what: str, folder: Path) -> None:
    before = _hash(folder)
    CHANGES[what](folder)
    assert _hash(folder) != before


def test_it_changes_with_what_the_spec_says() -> None:
    here = Path(__file__).parent
    build = Build(here, dockerfile="test_source.py")
    said = [
        source_of(build, AMD),
        source_of(build, "linux/arm64"),
        source_of(replace(build, target="a"), AMD),
        source_of(replace(build, args={"A": "1"}), AMD),
        source_of(replace(build, args={"A": "2"}), AMD),
    ]
    assert len({each.hash for each in said}) == len(said)


def test_it_is_a_tag(folder: Path) -> None:
    assert len(_hash(folder)) == 32
    assert set(_hash(folder)) <= set("0123456789abcdef")


def test_times_and_place_have_no_say(folder: Path, tmp_path: Path) -> None:
    before = _hash(folder)
    _age(folder)
    assert _hash(folder) == before
    moved = folder.rename(tmp_path / "elsewhere")
    assert _hash(moved) == before


def test_what_is_left_out_has_no_say(folder: Path) -> None:
    (folder / ".dockerignore").write_text("lib\n*.log\n")
    before = _hash(folder)
    (folder / "lib/a.py").write_text("other")
    (folder / "x.log").write_text("other")
    assert _hash(folder) == before


def test_a_file_named_after_the_dockerfile_goes_before_the_folders(folder: Path) -> None:
    (folder / ".dockerignore").write_text("main.py\n")
    (folder / "Dockerfile.dockerignore").write_text("lib\n")
    assert {"main.py"} < source_of(Build(folder), AMD).parts.keys()
    assert "lib/a.py" not in source_of(Build(folder), AMD).parts


def test_the_dockerfile_counts_also_where_it_is_left_out(folder: Path) -> None:
    (folder / ".dockerignore").write_text("Dockerfile\n.dockerignore\n")
    before = _hash(folder)
    (folder / "Dockerfile").write_text("FROM other\n")
    assert _hash(folder) != before


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
def test_what_a_link_leads_to_counts_also_where_it_is_left_out(name: str, folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "real/file").write_text("real\n")
    (folder / ".dockerignore").write_text("real\n")
    (folder / name).unlink()
    (folder / name).symlink_to("real/file")
    before = _hash(folder)
    (folder / "real/file").write_text("real\n# other\n")
    assert _hash(folder) != before


def test_it_changes_with_which_of_two_dockerfiles_is_meant(folder: Path) -> None:
    (folder / "Other").write_text("FROM other\n")
    assert source_of(Build(folder, dockerfile="Other"), AMD).hash != _hash(folder)


@pytest.mark.parametrize("name", ["(target)", "(args)", "(platform)"])
def test_a_file_may_have_any_name(name: str, folder: Path) -> None:
    (folder / name).write_text("1")
    before = _hash(folder)
    (folder / name).write_text("2")
    assert _hash(folder) != before


def test_changes_are_named(folder: Path) -> None:
    before = source_of(Build(folder), AMD).parts
    (folder / "lib/a.py").write_text("3")
    (folder / "new").write_text("3")
    (folder / "main.py").unlink()
    now = source_of(Build(folder, args={"A": "1"}), AMD).parts
    assert changes(before, now) == ["(args)", "lib/a.py", "main.py", "new"]


def test_a_change_that_only_the_inode_shows_is_seen(folder: Path) -> None:
    _age(folder)
    os.utime(folder / "main.py", ns=(0, 0))
    before = _hash(folder)
    (folder / "other").write_text("3", encoding="utf-8")
    os.utime(folder / "other", ns=(0, 0))
    (folder / "other").replace(folder / "main.py")
    assert _hash(folder) != before


def test_what_was_just_written_is_read_again(folder: Path) -> None:
    before = _hash(folder)
    status = (folder / "main.py").stat()
    (folder / "main.py").write_text("9", encoding="utf-8")
    os.utime(folder / "main.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert _hash(folder) != before


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda file: file.write_bytes(b""),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-9]),
    "no object": lambda file: file.write_bytes(b"[]"),
    "no texts in it": lambda file: file.write_text(json.dumps(dict.fromkeys(json.loads(file.read_bytes()), 3))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_cache_may_be_deleted_or_damaged_at_any_time(
    folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3ecs.image.source.FRESH", 0)
    before = _hash(folder)
    (kept,) = (cache.folder() / "files").iterdir()
    DAMAGES[damage](kept)
    assert _hash(folder) == before


def test_a_known_file_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3ecs.image.source.FRESH", 0)
    before = _hash(folder)
    opened: list[str] = []
    monkeypatch.setattr("s3ecs.image.source._hashed", opened.append)
    assert _hash(folder) == before
    assert opened == []


def test_sockets_are_no_part_of_it(folder: Path) -> None:
    before = _hash(folder)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(folder / "s"))
        assert _hash(folder) == before


def test_names_are_bytes(folder: Path) -> None:
    before = _hash(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n")).write_text("x")
    assert _hash(folder) != before
