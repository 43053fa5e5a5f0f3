"""Two files of one meaning have one fingerprint, and only those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3ecs.spec import load
from s3ecs.spec.meaning import fingerprint

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """
name: go-batch
bucket: uploads
jobs:
  convert:
    prefix: target/
    image: busybox:1
    environment: {A: "1", B: "2"}
  report:
    prefix: reports/
    image: busybox:1
"""


def of(text: str, folder: Path) -> str:
    file = folder / "s3ecs.yaml"
    file.write_text(text, encoding="utf-8")
    return fingerprint(load(file))


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("name: go-batch", "# what it is for\nname:   'go-batch'"),
        ('{A: "1", B: "2"}', '{B: "2", A: "1"}'),
        ("prefix: target/", "prefix: [target/]"),
        ("    prefix: target/", "    cpu: 512\n    prefix: target/"),
        ("bucket: uploads", "bucket: {name: uploads, versioning: false}"),
        ("bucket: uploads", "region: eu-west-1\nbucket: uploads"),
        ("    prefix: target/", "    local: [python3, main.py]\n    prefix: target/"),
        (
            SPEC[SPEC.index("  convert") :],
            SPEC[SPEC.index("  report") :] + SPEC[SPEC.index("  convert") : SPEC.index("  report")],
        ),
    ],
)
def test_comments_order_and_written_defaults_do_not_count(written: str, instead: str, tmp_path: Path) -> None:
    assert SPEC.count(written) == 1
    assert of(SPEC.replace(written, instead), tmp_path) == of(SPEC, tmp_path)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("prefix: target/", "prefix: other/"),
        ("bucket: uploads", "bucket: {name: uploads, versioning: true}"),
        ('A: "1"', 'A: "{key}"'),
        ('A: "1"', 'A: "{{key}}"'),
        ("  convert:", "  transcode:"),
        ("image: busybox:1", "image: {build: ./one}"),
        ("name: go-batch", "name: go-batch\ntags: {team: data}"),
    ],
)
def test_whatever_changes_what_is_made_counts(written: str, instead: str, tmp_path: Path) -> None:
    assert of(SPEC.replace(written, instead, 1), tmp_path) != of(SPEC, tmp_path)


def test_the_folder_that_is_built_counts_and_the_one_of_the_file_does_not(tmp_path: Path) -> None:
    one, other = (SPEC.replace("image: busybox:1", f"image: {{build: ./{name}}}", 1) for name in ("one", "other"))
    for folder in ("here", "there"):
        for name in ("one", "other"):
            (tmp_path / folder / name).mkdir(parents=True)
            (tmp_path / folder / name / "Dockerfile").touch()
    assert of(one, tmp_path / "here") == of(one, tmp_path / "there")
    assert of(one, tmp_path / "here") != of(other, tmp_path / "here")
