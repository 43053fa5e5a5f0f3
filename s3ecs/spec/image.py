"""What an ``image`` is: a folder with a Dockerfile, or something that a registry holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.spec import limits
from s3ecs.spec.model import Build
from s3ecs.spec.nodes import Mapping
from s3ecs.spec.scalars import argument, matching, text, whole
from s3ecs.spec.secrets import variable
from s3ecs.spec.values import Reader, Value, Wrong, either, record, takes

if TYPE_CHECKING:
    from s3ecs.spec.model import Job, Sidecar


def build_of(image: str | Build, folder: Path) -> Build | None:
    """Return what ``image`` is built from, seen from the spec's ``folder``; None for a repository or a URI.

    A text that begins with ``./``, ``../`` or ``/`` is a folder, there or not; any other text is one where it exists.
    """
    if isinstance(image, Build):
        return replace(image, folder=folder / image.folder)
    path = folder / image
    if image in (".", "..") or image.startswith(("./", "../", "/")):
        return Build(path)
    try:
        return Build(path) if image and path.is_dir() else None
    except (OSError, ValueError):  # too long a name, or one that no file can have
        return None


def reference_of(part: Job | Sidecar) -> str:
    """The image of a container as a text: its folder where it is built."""
    return str(part.image.folder) if isinstance(part.image, Build) else part.image


def _naming(what: str) -> Reader[str]:
    """Make a reader of texts that name ``what``; nothing is looked at yet."""

    @takes({"type": "string", "minLength": 1})
    def reader(value: Value) -> str:
        found = text(value)
        if not found or "\0" in found:
            raise Wrong(f"must name {what}")
        return found

    return reader


@takes(
    {"type": "object", "propertyNames": {"pattern": whole(limits.VARIABLE)}, "additionalProperties": argument.schema()}
)
def _args(value: Value) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in value.entries().items():
        variable(name, entry)
        if (meaning := entry.attempt(argument)) is not None:
            found[name] = meaning
    return found


_BUILD = record(
    {
        "build": _naming("a folder with a Dockerfile, seen from the folder of the spec"),
        "dockerfile": _naming("a Dockerfile, seen from the folder that is built"),
        "target": matching(limits.STAGE, "the name of a stage of the Dockerfile", longest=128),
        "args": _args,
    },
    required=("build",),
)


_NAMED = _naming("an image: a folder with a Dockerfile, an ECR repository or an image URI")


@takes(either(_NAMED, _BUILD))
def image(value: Value) -> str | Build:
    """Read an image as it is written, or what it is built from; a rule tells a folder from a repository or URI."""
    if not isinstance(value.node, Mapping):
        return _NAMED(value)
    found = _BUILD(value)
    return Build(folder=Path(found.pop("build", "")), **found)
