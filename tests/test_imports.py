"""Imports go one way: who may import what, read from the files and not from what happens to be loaded.

Imports for types alone and those inside bodies count like all others: they say who knows of whom.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]

LOWEST: Final = frozenset({"errors"})
ANSWERS: Final = LOWEST | {"aws", "engine", "pattern", "resources", "spec", "stack"}
MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    "errors": frozenset(),
    "pattern": LOWEST,
    "spec": LOWEST | {"pattern"},
    "engine": LOWEST,
    "bug": LOWEST,
    "user": LOWEST,
    "aws": LOWEST | {"bug"},
    "resources": LOWEST | {"aws", "engine.resource"},
    "stack": LOWEST | {"aws", "engine", "pattern", "resources", "spec"},
    "image": LOWEST | {"aws", "spec", "user"},
    "preflight": ANSWERS,
    "runs": ANSWERS,
    "local": ANSWERS | {"image", "user"},
    "report": ANSWERS | {"preflight", "runs"},
    "cli": ANSWERS | {"bug", "image", "local", "preflight", "report", "runs"},
    "__main__": frozenset({"cli"}),
}
"""For every part of the package the others that it may import; all may import themselves and the version."""

ONLY_IN: Final[dict[str, frozenset[str]]] = {
    "yaml": frozenset({"spec"}),
    "boto3": frozenset({"aws", "local"}),
    "botocore": frozenset({"aws", "local"}),
    "click": frozenset({"cli"}),
    "rich": frozenset({"report"}),
    "moto": frozenset({"local"}),
    "werkzeug": frozenset({"local"}),
    "flask": frozenset({"local"}),
}
"""For every library the parts of the package that may import it."""

NO_NAMES: Final = {"utils", "helpers", "common", "manager", "base"}


def imported(source: str, module: str, *, package: bool = False) -> Iterator[str]:
    """The dotted names that a module's source imports, wherever; relative ones made absolute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level or None] if node.level and not package else module.split(".")
            if package and node.level > 1:
                above = above[: 1 - node.level]
            start = [*above, *filter(None, [node.module])] if node.level else [node.module or ""]
            yield from (".".join([*start, alias.name]) for alias in node.names)


def faults(source: str, module: str, *, package: bool = False) -> list[str]:
    """The imports of a module of s3ecs that go the wrong way."""
    part = module.split(".")[1] if "." in module else ""
    wrong = []
    for name in imported(source, module, package=package):
        top, _, inside = name.partition(".")
        if top == "s3ecs":
            allowed = MAY_IMPORT.get(part, frozenset()) | {part, "__version__"}
            if not any(f"{inside}.".startswith(f"{each}.") for each in allowed if each):
                wrong.append(name)
        elif part not in ONLY_IN.get(top, {part}):
            wrong.append(name)
    return wrong


def module_of(path: Path) -> str:
    """``s3ecs/engine/plan.py`` is s3ecs.engine.plan, ``s3ecs/engine/__init__.py`` is s3ecs.engine."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES: Final = sorted((ROOT / "s3ecs").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    assert faults(path.read_text(), module_of(path), package=path.name == "__init__.py") == []


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {path.relative_to(ROOT / "s3ecs").parts[0].removesuffix(".py") for path in FILES}
    assert parts - {"__init__"} <= MAY_IMPORT.keys()


def test_the_table_has_no_circles() -> None:
    def below(part: str, seen: tuple[str, ...] = ()) -> None:
        assert part not in seen, " <- ".join((*seen, part))
        for each in MAY_IMPORT[part]:
            below(each.partition(".")[0], (*seen, part))

    for part in MAY_IMPORT:
        below(part)


def test_the_sample_program_knows_nothing_of_the_package() -> None:
    for path in (ROOT / "batch_image").rglob("*.py"):
        names = {name.partition(".")[0] for name in imported(path.read_text(), "program")}
        assert "s3ecs" not in names, path


def test_nothing_has_a_name_that_says_nothing() -> None:
    places = ("s3ecs", "batch_image", "benchmarks", "tests")
    paths = [path for place in places for path in (ROOT / place).rglob("*") if "__pycache__" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in paths if NO_NAMES & set(path.stem.lower().split("_"))] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("s3ecs.errors", "from s3ecs import spec"),
        ("s3ecs.spec.model", "import s3ecs.engine.plan"),
        ("s3ecs.pattern.field", "from s3ecs.spec.filter import mismatch"),
        ("s3ecs.engine.plan", "from s3ecs.resources.role import Role"),
        ("s3ecs.engine.plan", "from ..resources import role"),
        ("s3ecs.resources.role", "from s3ecs.engine.plan import plan"),
        ("s3ecs.resources.role", "from s3ecs.engine import apply"),
        ("s3ecs.resources.role", "if TYPE_CHECKING:\n    from s3ecs.spec.model import Job"),
        ("s3ecs.stack.build", "def build():\n    from s3ecs.cli import up"),
        ("s3ecs.stack.build", "import yaml"),
        ("s3ecs.resources.role", "from botocore.exceptions import ClientError"),
        ("s3ecs.runs.logs", "import rich.table"),
        ("s3ecs.report.plain", "import click"),
        ("s3ecs.aws.session", "from moto import server"),
        ("s3ecs", "from s3ecs.cli import main"),
    ],
)
def test_an_import_in_the_wrong_direction_is_seen(module: str, source: str) -> None:
    assert len(faults(source, module, package=module == "s3ecs")) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("s3ecs.engine.plan", "from s3ecs.engine.change import changes\nfrom s3ecs.errors import NotOurs"),
        ("s3ecs.resources.role", "from s3ecs.engine.resource import Resource\nfrom . import policy"),
        ("s3ecs.aws.connect", "import boto3\nfrom s3ecs import __version__"),
        ("s3ecs.aws", "import botocore.config\nfrom s3ecs.errors import CallFailed"),
        ("s3ecs.spec.tree", "import yaml, json"),
        ("s3ecs.cli.up", "import click\nfrom s3ecs.stack.build import build"),
        ("s3ecs.__main__", "from s3ecs.cli import main"),
    ],
)
def test_an_import_in_the_right_direction_is_fine(module: str, source: str) -> None:
    assert faults(source, module) == []


def test_relative_imports_are_read_from_where_they_stand() -> None:
    source = "from . import a\nfrom .b import c\nfrom ..d import e"
    assert [*imported(source, "s3ecs.x.y")] == ["s3ecs.x.a", "s3ecs.x.b.c", "s3ecs.d.e"]
    assert [*imported(source, "s3ecs.x", package=True)] == ["s3ecs.x.a", "s3ecs.x.b.c", "s3ecs.d.e"]
