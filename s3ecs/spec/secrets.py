"""The keys of ``secrets``: variables whose values ECS reads when it starts a task, and nobody else."""

from __future__ import annotations

import re

from s3ecs.spec import limits
from s3ecs.spec.model import Secret
from s3ecs.spec.nodes import Mapping
from s3ecs.spec.scalars import matching, whole
from s3ecs.spec.values import Value, Wrong, record, takes

FORM = "{parameter: NAME} or {secret: NAME, key: JSON_KEY}"

_VARIABLE = re.compile(limits.VARIABLE)


def variable(name: str, entry: Value) -> None:
    """Record a name that no variable can have."""
    if not _VARIABLE.fullmatch(name):
        message = "a variable's name has letters, digits and _ only, no digit first"
        entry.findings.add(entry.path, message, entry.head)


_SECRET = record(
    {
        "parameter": matching(limits.PARAMETER, "the name or ARN of an SSM parameter", longest=2048),
        "secret": matching(limits.SECRET_NAME, "the name or ARN of a secret of Secrets Manager", longest=2048),
        "key": matching(r"[^:\s][^:]*", "a key of the secret's JSON, without a colon", longest=512),
    }
)


@takes(_SECRET.schema)
def secret(value: Value) -> Secret:
    """Read the place of one value; the value itself has no place in a spec."""
    if not isinstance(value.node, Mapping):
        # What stands here may be the value, which no message may show.
        raise Wrong(f"must say where the value is kept, as {FORM}: a spec is no place for a secret")
    written = value.entries().keys() & {"parameter", "secret"}
    read = _SECRET(value)
    if len(written) != 1:
        raise Wrong(f"must have one of parameter and secret: {FORM}")
    if "key" in read and "parameter" in written:
        value.findings.add((*value.path, "key"), "a parameter has no keys: only a secret holds JSON")
    return Secret(**read)


@takes(
    {
        "type": "object",
        "propertyNames": {"pattern": whole(limits.VARIABLE)},
        "additionalProperties": _SECRET.schema(),
    }
)
def secrets(value: Value) -> dict[str, Secret]:
    """Read a mapping of variable to where its value is kept."""
    found: dict[str, Secret] = {}
    for name, entry in value.entries().items():
        variable(name, entry)
        if (meaning := entry.attempt(secret)) is not None:
            found[name] = meaning
    return found
