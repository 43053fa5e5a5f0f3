"""Every kind of bad spec, with the problems that its writer reads: bad/NAME.yaml and bad/NAME.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3ecs.errors import SpecError
from s3ecs.spec import load

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: str(path.stem))
def test_bad_spec_is_told_all_its_problems(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(SpecError) as caught:
        load(Path(path.name))
    assert f"{caught.value}\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: str(path.stem))
def test_good_spec_loads(path: Path) -> None:
    assert load(path).jobs


def test_every_bad_spec_has_its_problems_and_the_other_way_round() -> None:
    assert {path.stem for path in BAD} == {path.stem for path in (HERE / "bad").glob("*.txt")}


def test_problems_come_in_the_order_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE / "bad")
    with pytest.raises(SpecError) as caught:
        load(Path("everything_at_once.yaml"))
    places = [(problem.line, problem.column) for problem in caught.value.problems]
    assert places == sorted(places)
    assert caught.value.exit_code == 2


def test_no_problem_can_move_the_cursor() -> None:
    for path in (HERE / "bad").glob("*.txt"):
        assert all(line.isprintable() for line in path.read_text(encoding="utf-8").splitlines()), path.name
