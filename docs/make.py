"""Writes what is made from the code, pages and the spec's schema: ``python docs/make.py``; tests compare them."""
# ruff: noqa: INP001 - a script beside the pages that it writes

from __future__ import annotations

import json
import re
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from s3ecs.cli import cli
from s3ecs.cli.graph import drawn
from s3ecs.report import mermaid
from s3ecs.spec import load, schema
from s3ecs.spec.model import Bucket, Build, Cluster, Job, ManagedNetwork, Network, Sidecar, Spec

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
FULL = HERE.parent / "config" / "full.yaml"
SMALLEST = FULL.with_name("s3ecs.yaml")
README = HERE.parent / "README.md"
SCHEMA = Path(schema.__file__).with_name(schema.NAME)
WIDTH = 100
RECORDS = {"bucket": Bucket, "cluster": Cluster, "network": Network, "network.managed": ManagedNetwork}
"""The keys of a file that may hold keys of their own."""

_KEY = re.compile(r"(?P<indent> *)(# )?(?P<key>[a-z_]+):( |$)")
_COMMENT = re.compile(r" *# ?(?P<text>.*)")
_PICTURE = re.compile(r"(?<=<!-- made by s3ecs graph -->\n).*?(?=<!-- end -->)", re.DOTALL)
_DEFAULT = re.compile(r"\s*Default: (?P<value>.+?)\.?$")

ABOVE_CLI = """# Every command

What `--help` says of each. The options that all commands have may stand before or after the command's name. What a
command reports goes to standard output and what it says besides to standard error.
"""
ABOVE_SPEC = """# Every key of a spec

[config/full.yaml](../config/full.yaml) is a spec that uses all of them. Only `name`, `bucket`, `jobs` and a job's
`image` are needed. `s3ecs validate` tells all problems of a file at once, each with its place.

| key | holds | default | means |
|---|---|---|---|
"""


def pages() -> dict[Path, str]:
    """What each page should say."""
    return {HERE / "cli.md": cli_page(), HERE / "spec.md": spec_page(), SCHEMA: schema_page(), README: readme()}


def cli_page() -> str:
    """The help of every command."""
    parts = [f"## {path}\n\n```text\n{text}\n```\n" for path, text in _helps(cli, "s3ecs", None)]
    return "\n".join([ABOVE_CLI, *parts])


def _helps(command: click.Command, path: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=path.rpartition(" ")[2], parent=parent, max_content_width=WIDTH)
    context.terminal_width = WIDTH
    context.help_option_names = ["-h", "--help"]
    yield path, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _helps(child, f"{path} {name}", context)


def spec_page() -> str:
    """A row for every key."""
    meanings = dict(documented(FULL.read_text(encoding="utf-8")))
    rows = []
    for path, holds, default in keys():
        words = meanings.get(path, "")
        said = _DEFAULT.search(words)
        meaning = _DEFAULT.sub("", words).strip()
        rows.append(f"| `{path}` | {holds} | {said['value'] if said else default} | {meaning} |")
    return ABOVE_SPEC + "\n".join(rows) + "\n"


def schema_page() -> str:
    """The schema that is shipped."""
    return json.dumps(schema.made(dict(documented(FULL.read_text(encoding="utf-8")))), indent=2) + "\n"


def readme() -> str:
    """The first page with the picture of the smallest sample."""
    picture = "\n".join(mermaid.lines(drawn(load(SMALLEST))))
    return _PICTURE.sub(lambda _: f"```mermaid\n{picture}\n```\n", README.read_text(encoding="utf-8"))


def keys() -> Iterator[tuple[str, str, str]]:
    """Every key's path, what it holds, and its default as the dataclasses have it."""
    for spot in fields(Spec):
        if spot.name not in ("folder", "jobs", *RECORDS):
            yield spot.name, _holds(spot), _default(spot)
    for name, record in RECORDS.items():
        yield from ((f"{name}.{spot.name}", _holds(spot), _default(spot)) for spot in fields(record))
    for spot in fields(Job):
        if spot.name != "name":
            yield f"jobs.JOB.{spot.name}", _holds(spot), _default(spot)
        if spot.name == "image":
            for part in fields(Build):
                yield f"jobs.JOB.image.{part.metadata.get('key', part.name)}", _holds(part), _default(part)
    for spot in fields(Sidecar):
        if spot.name != "name":
            yield f"jobs.JOB.sidecars.SIDECAR.{spot.name}", _holds(spot), _default(spot)


def documented(text: str) -> Iterator[tuple[str, str]]:
    """Every key of a commented spec with the comment above it; a key may itself be commented out."""
    above: list[str] = []
    place: list[str] = []
    for line in text.splitlines():
        found = _KEY.match(line)
        depth = len(found["indent"]) // 2 if found else 0
        if found and depth <= len(place) and (above or depth == 0):
            place[depth:] = [found["key"]]
            path = place.copy()
            if path[0] == "jobs" and len(path) > 1:
                path[1] = "JOB"
            if path[2:3] == ["sidecars"] and len(path) > 3:  # noqa: PLR2004 - jobs, JOB, sidecars, then a name
                path[3] = "SIDECAR"
            if above:
                yield ".".join(path), " ".join(above)
            above = []
        elif comment := _COMMENT.match(line):
            above.append(comment["text"])
        else:
            if found and depth <= len(place):
                place[depth:] = [found["key"]]
            above = []


DURATIONS = {"timeout", "queue_for"}
ONE_OR_SEVERAL = {"prefix", "suffix", "exclude"}
HOLDS = {
    "str | Tagged | None": "id, or `tag:` with a mapping of texts",
    "tuple[str, ...] | Tagged": "list of ids, or `tag:` with a mapping of texts",
    "str": "text",
    "str | Build": "text or mapping",
    "Path": "text",
    "str | None": "text",
    "int": "number",
    "int | None": "number",
    "bool": "true or false",
    "ManagedNetwork | None": "mapping",
    "tuple[str, ...]": "list of texts",
    "tuple[Template, ...]": "list of texts with words",
    "Mapping[str, str]": "mapping of texts",
    "Mapping[str, Template]": "mapping of texts with words",
    "tuple[Mapping[str, Any], ...]": "list of statements",
    "Mapping[str, Any] | None": "mapping",
    "Mapping[str, Secret]": "mapping of places",
    "tuple[Sidecar, ...]": "mapping of containers",
}


def _holds(spot: Any) -> str:
    if spot.name in ONE_OR_SEVERAL:
        return "text, or list of texts"
    return "seconds, or a number with s, m, h or d" if spot.name in DURATIONS else HOLDS[str(spot.type)]


def _default(spot: Any) -> str:
    if spot.default is MISSING:
        return "needed" if spot.default_factory is MISSING else "none"
    return "none" if spot.default in (None, ()) else f"`{spot.default}`"


if __name__ == "__main__":
    for file, content in pages().items():
        file.write_text(content, encoding="utf-8")
    sys.exit()
