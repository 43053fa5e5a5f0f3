"""The keys of one entry of a job's ``sidecars``."""

from __future__ import annotations

import re

from s3ecs.spec import limits
from s3ecs.spec.argv import argv
from s3ecs.spec.image import image
from s3ecs.spec.model import Sidecar
from s3ecs.spec.scalars import argument, flag, integer, template, whole
from s3ecs.spec.secrets import secrets, variable
from s3ecs.spec.values import Value, Wrong, record, takes

REFUSED = {"privileged": "no container on Fargate is privileged: leave it out"}

_NAME = re.compile(limits.NAME)


@takes(template.schema)
def literal(value: Value) -> str:
    """Read a text with the braces of a template and none of its words."""
    found = template(value)
    if found.literal is None:
        words = " ".join(f"{{{word}}}" for word in sorted(found.words))
        raise Wrong(f"{words} is filled in for the job's own command and environment only; {{{{ and }}}} are braces")
    return found.literal


@takes(
    {
        "type": "object",
        "propertyNames": {"pattern": whole(limits.VARIABLE)},
        "additionalProperties": literal.schema(),
    }
)
def environment(value: Value) -> dict[str, str]:
    """Read a mapping of variable to text."""
    found: dict[str, str] = {}
    for name, entry in value.entries().items():
        variable(name, entry)
        if (meaning := entry.attempt(literal)) is not None:
            found[name] = meaning
    return found


_SIDECAR = record(
    {
        "image": image,
        "command": argv(literal),
        "environment": environment,
        "secrets": secrets,
        "essential": flag,
        "cpu": integer(1, max(limits.MEMORY)),
        "memory": integer(limits.MIN_CONTAINER_MEMORY, limits.MAX_MEMORY),
        "local": argv(argument, at_least=1),
    },
    required=("image",),
    refused=REFUSED,
)


@takes(_SIDECAR.schema)
def sidecar(value: Value) -> Sidecar:
    """Read one sidecar; an image that is missing or wrong is left empty, with its problem recorded."""
    name = str(value.path[-1])
    message = None
    if name == limits.WORKER:
        message = f"{name} is the job's own container: call this one otherwise"
    elif len(name) > limits.MAX_NAME or not _NAME.fullmatch(name):
        message = (
            f"a sidecar's name has up to {limits.MAX_NAME} lower-case letters, digits and inner hyphens, a letter first"
        )
    if message:
        value.findings.add(value.path, message, value.head)
    return Sidecar(**{"name": name, "image": ""} | _SIDECAR(value))


@takes({"type": "object", "maxProperties": limits.MAX_SIDECARS, "additionalProperties": sidecar.schema()})
def sidecars(value: Value) -> tuple[Sidecar, ...]:
    """Read the mapping of container name to sidecar, in the order of the file."""
    entries = value.entries()
    if len(entries) > limits.MAX_SIDECARS:
        raise Wrong(f"has {len(entries)} sidecars, more than {limits.MAX_SIDECARS} (AWS takes 10 containers in all)")
    return tuple(found for entry in entries.values() if (found := entry.attempt(sidecar)) is not None)
