"""The places where we reach into moto."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import pytest

from s3ecs.errors import LocalError
from s3ecs.local import seams
from s3ecs.local.seam import Seam
from s3ecs.local.seam_table import SEAMS


@pytest.mark.parametrize("name", SEAMS)
def test_a_seam_is_as_we_expect_it(name: str) -> None:
    assert SEAMS[name].problem() is None


def test_the_installed_moto_is_accepted() -> None:
    seams.check_version()
    seams.check()


@pytest.mark.parametrize(
    ("seam", "problem"),
    [
        (Seam("moto.nowhere", "f", ""), "No module named 'moto.nowhere'"),
        (Seam("moto.events.models", "Rule.gone", "self"), "no attribute 'gone'"),
        (Seam("moto.events.models", "Rule.enable", "self more"), r"Rule.enable takes \(self\)"),
    ],
)
def test_a_seam_that_moved_is_one_clear_error(monkeypatch: pytest.MonkeyPatch, seam: Seam, problem: str) -> None:
    monkeypatch.setitem(SEAMS, "moved", seam)
    with pytest.raises(LocalError, match=problem) as refused:
        seams.check()
    assert refused.value.hint == seams.HINT


@pytest.mark.parametrize(("version", "fits"), [("5.2.4", False), ("5.2.5", True), ("5.2.11", True), ("5.3.0", False)])
def test_another_moto_is_one_clear_error(monkeypatch: pytest.MonkeyPatch, version: str, fits: bool) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: version)
    if fits:
        seams.check_version()
        return
    with pytest.raises(LocalError, match=rf"not {version}"):
        seams.check_version()


def test_a_missing_moto_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> Any:
        raise metadata.PackageNotFoundError("moto")

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(LocalError, match="not installed") as refused:
        seams.check_version()
    assert refused.value.hint == seams.HINT
