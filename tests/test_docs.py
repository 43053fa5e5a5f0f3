"""The documents say what the code does: made pages are compared, specs in them load, links lead somewhere."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from s3ecs.cli import COMMANDS
from s3ecs.spec.loading import load_bytes
from s3ecs.spec.model import Build, Job, Sidecar, Spec
from s3ecs.spec.words import WORDS
from s3ecs.stack.expressions import COMPOSED, PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
FULL = ROOT / "config" / "full.yaml"

_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
UNEXPLAINED = {"detail.version", "detail.request-id"}
_DURATION = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _script() -> ModuleType:
    """docs/make.py, which is a script and no module of anything."""
    found = importlib.util.spec_from_file_location("make_docs", DOCS / "make.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["make_docs"] = module
    found.loader.exec_module(module)
    return module


make = _script()


def blocks(language: str) -> Iterator[Any]:
    """Every fenced block of a language in the documents."""
    for page in PAGES:
        for number, block in enumerate(_BLOCK.finditer(page.read_text(encoding="utf-8"))):
            if block["language"] == language:
                yield pytest.param(block["text"], id=f"{page.name}-{number}")


def whole_specs() -> Iterator[Any]:
    """YAML blocks that have all that a spec needs; the others are parts of one."""
    for param in blocks("yaml"):
        found = yaml.safe_load(param.values[0])
        if isinstance(found, dict) and {"name", "bucket", "jobs"} <= found.keys():
            yield param


@pytest.mark.parametrize("page", list(make.pages()), ids=lambda page: str(page.name))
def test_page_made_from_the_code_is_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == make.pages()[page], "python docs/make.py writes it anew"


@pytest.mark.parametrize("text", list(whole_specs()))
def test_spec_in_a_document_loads(text: str) -> None:
    assert load_bytes(text.encode(), file="block", folder=ROOT / "config").jobs


@pytest.mark.parametrize("text", list(blocks("json")))
def test_json_in_a_document_is_json(text: str) -> None:
    assert json.loads(text)


def test_readme_shows_a_spec() -> None:
    assert any("README" in str(param.id) for param in whole_specs())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_what_is_there(page: Path) -> None:
    targets = [link["target"] for link in _LINK.finditer(page.read_text(encoding="utf-8"))]
    here = [target.partition("#")[0] for target in targets if not target.startswith(("https://", "#"))]
    assert [target for target in here if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"\n## s3ecs {name}\n" in (DOCS / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_the_whole_says_of_a_command_what_its_own_help_says(name: str) -> None:
    assert f"  {name:<11}  {COMMANDS[name]}" in (DOCS / "cli.md").read_text(encoding="utf-8")


def events() -> Iterator[Any]:
    """Every event that the code tells by its name, with the fields that stand there."""
    for file in sorted((ROOT / "s3ecs").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="event"), args=[ast.Constant(value=str(name))]):
                    yield pytest.param(name, [each.arg for each in node.keywords if each.arg], id=f"{file.stem}-{name}")


@pytest.mark.parametrize(("name", "fields"), list(events()))
def test_every_event_is_documented_with_its_fields(name: str, fields: list[str]) -> None:
    lines = (DOCS / "reports.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
    assert any(all(f"`{each}`" in row for each in fields) for row in rows)


def wanted_keys() -> list[str]:
    spec = [spot.name for spot in fields(Spec) if spot.name not in ("folder", "jobs", *make.RECORDS)]
    within = [f"{name}.{spot.name}" for name, record in make.RECORDS.items() for spot in fields(record)]
    beside = [f"jobs.JOB.sidecars.SIDECAR.{spot.name}" for spot in fields(Sidecar) if spot.name != "name"]
    built = [f"jobs.JOB.image.{spot.metadata.get('key', spot.name)}" for spot in fields(Build)]
    return spec + within + built + [f"jobs.JOB.{spot.name}" for spot in fields(Job) if spot.name != "name"] + beside


@pytest.mark.parametrize("key", [*wanted_keys(), *make.RECORDS, "jobs"])
def test_sample_with_every_key_says_what_each_means(key: str) -> None:
    assert dict(make.documented(FULL.read_text(encoding="utf-8"))).get(key)


def test_no_key_is_documented_that_there_is_not() -> None:
    documented = {key for key, _ in make.documented(FULL.read_text(encoding="utf-8"))}
    assert documented == {*wanted_keys(), *make.RECORDS, "jobs"}


@pytest.mark.parametrize(
    "spot",
    [spot for spot in (*fields(Spec), *fields(Job)) if type(spot.default) is int],
    ids=lambda spot: str(spot.name),
)
def test_default_told_is_the_default_that_holds(spot: Any) -> None:
    rows = (DOCS / "spec.md").read_text(encoding="utf-8").splitlines()
    (row,) = (row for row in rows if re.match(rf"\| `(jobs\.JOB\.)?{spot.name}` ", row))
    told = re.match(r"(\d+)([smhd]?)\b", row.split(" | ")[2])
    assert told is not None
    assert int(told[1]) * _DURATION.get(told[2], 1) == spot.default


def test_every_word_of_the_spec_has_its_field_in_the_event() -> None:
    page = (DOCS / "event.md").read_text(encoding="utf-8")
    rows = {row.split(" | ")[0].strip("| `"): row for row in page.splitlines() if row.startswith("| `")}
    for word, path in PATHS.items():
        field = path.removeprefix("$.").replace("['version-id']", ".version-id").replace("..", ".")
        assert f"`{{{word}}}`" in rows[field]
    assert set(PATHS) | set(COMPOSED) == set(WORDS)
    assert all(f"`{{{word}}}`" in page for word in COMPOSED)


def test_event_in_the_document_has_every_field_that_is_explained() -> None:
    page = (DOCS / "event.md").read_text(encoding="utf-8")
    (event,) = (json.loads(block["text"]) for block in _BLOCK.finditer(page) if block["language"] == "json")
    first_cells = re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE)
    explained = {name for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)}
    assert explained == set(_leaves(event)) - UNEXPLAINED


def _leaves(value: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, inner in value.items():
        path = f"{above}{name}"
        if isinstance(inner, dict):
            yield from _leaves(inner, f"{path}.")
        else:
            yield path
