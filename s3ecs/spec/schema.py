"""The JSON Schema of a spec, for editors: what the readers take, with every key's meaning and default."""

from __future__ import annotations

from dataclasses import fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from s3ecs.spec.decode import TOP
from s3ecs.spec.model import Bucket, Build, Job, ManagedNetwork, Network, Sidecar, Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.spec.values import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAME = "schema.json"
"""The file beside this one that holds the schema of this version."""

_PARTS = {
    "": Spec,
    "bucket": Bucket,
    "network": Network,
    "network.managed": ManagedNetwork,
    "jobs.JOB": Job,
    "jobs.JOB.image": Build,
    "jobs.JOB.sidecars.JOB": Sidecar,
}


def shipped() -> str:
    """The text of the schema that belongs to this version."""
    return files(__package__).joinpath(NAME).read_text(encoding="utf-8")


def made(meanings: Mapping[str, str]) -> Schema:
    """Make the schema; ``meanings`` says by path, such as ``jobs.JOB.image``, what a key means."""
    return {"$schema": DIALECT, "title": "The spec of an s3ecs stack", **_explained(TOP.schema(), "", meanings)}


def _explained(schema: Schema, path: str, meanings: Mapping[str, str]) -> Schema:
    """``schema`` of the value at ``path``, with meanings and defaults at every key under it."""
    told = dict(schema)
    if "properties" in told:
        told["properties"] = {
            key: _key(inner, f"{path}.{key}".lstrip("."), meanings) for key, inner in told["properties"].items()
        }
    if isinstance(told.get("additionalProperties"), dict):
        told["additionalProperties"] = _explained(told["additionalProperties"], f"{path}.JOB", meanings)
    if "anyOf" in told:
        told["anyOf"] = [_explained(each, path, meanings) for each in told["anyOf"]]
    return told


def _key(schema: Schema, path: str, meanings: Mapping[str, str]) -> Schema:
    meaning = {"description": meanings[path]} if path in meanings else {}
    return {**meaning, **_explained(schema, path, meanings), **_default(path)}


def _default(path: str) -> dict[str, Any]:
    """The default of a key as its dataclass has it, where that is a single value."""
    part, _, key = path.rpartition(".")
    values = {spot.name: spot.default for spot in fields(_PARTS[part])} if part in _PARTS else {}
    return {"default": values[key]} if isinstance(values.get(key), str | int) else {}
