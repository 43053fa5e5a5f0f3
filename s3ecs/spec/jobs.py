"""The keys of one entry of ``jobs:``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from s3ecs.spec import filters, limits
from s3ecs.spec.argv import argv
from s3ecs.spec.image import image
from s3ecs.spec.model import Job
from s3ecs.spec.nodes import Mapping
from s3ecs.spec.policy import statement
from s3ecs.spec.scalars import argument, choice, duration, flag, integer, matching, one_of, template, whole
from s3ecs.spec.secrets import secrets, variable
from s3ecs.spec.sidecars import REFUSED, sidecars
from s3ecs.spec.tags import tags
from s3ecs.spec.values import Reader, Value, Wrong, many, record, takes

if TYPE_CHECKING:
    from s3ecs.spec.words import Template

_JOB_NAME = re.compile(limits.NAME)


@takes(
    lambda: {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": whole(limits.NAME), "maxLength": limits.MAX_NAME},
        "additionalProperties": _JOB.schema(),
    }
)
def jobs(value: Value) -> tuple[Job, ...]:
    """Read the mapping of job name to job, in the order of the file."""
    entries = value.entries()
    if isinstance(value.node, Mapping) and not value.node.pairs:
        raise Wrong("holds no job: name at least one")
    return tuple(found for entry in entries.values() if (found := entry.attempt(job)) is not None)


def job(value: Value) -> Job:
    """Read one job; an image that is missing or wrong is left empty, with its problem recorded."""
    name = str(value.path[-1])
    if len(name) > limits.MAX_NAME or not _JOB_NAME.fullmatch(name):
        message = (
            f"a job's name has up to {limits.MAX_NAME} lower-case letters, digits and inner hyphens, a letter first"
        )
        value.findings.add(value.path, message, value.head)
    return Job(**{"name": name, "image": ""} | _JOB(value))


@takes(
    {
        "type": "object",
        "propertyNames": {"pattern": whole(limits.VARIABLE)},
        "additionalProperties": template.schema(),
    }
)
def environment(value: Value) -> dict[str, Template]:
    """Read a mapping of variable to template."""
    found: dict[str, Template] = {}
    for name, entry in value.entries().items():
        variable(name, entry)
        if (meaning := entry.attempt(template)) is not None:
            found[name] = meaning
    return found


_NAME_OR_ARN = matching(f"{limits.ROLE_ARN}|{limits.ROLE}", "a role's name or ARN", longest=2048)


@takes(_NAME_OR_ARN.schema)
def role(value: Value) -> str:
    """Read a role's name or ARN."""
    found = _NAME_OR_ARN(value)
    if len(found.rpartition("/")[2]) > limits.MAX_ROLE:
        raise Wrong(f"a role's name has up to {limits.MAX_ROLE} characters")
    return found


_KEYS = {
    "prefix": filters.texts,
    "suffix": filters.texts,
    "exclude": filters.excluded,
    "min_size": integer(0, limits.MAX_OBJECT),
    "max_size": integer(1, limits.MAX_OBJECT),
    "events": many(choice(limits.REASONS), at_least=1, what="reason"),
    "pattern": filters.raw,
    "image": image,
    "cpu": one_of(limits.MEMORY),
    "memory": integer(min(limits.MEMORY[256]), limits.MAX_MEMORY),
    "architecture": choice(limits.ARCHITECTURES),
    "command": argv(template),
    "environment": environment,
    "secrets": secrets,
    "sidecars": sidecars,
    "spot": flag,
    "ephemeral_storage": integer(*limits.EPHEMERAL_STORAGE),
    "hardened": flag,
    "timeout": duration(1, limits.MAX_TIMEOUT),
    "retries": integer(0, limits.MAX_RETRIES),
    "queue_for": duration(0, limits.MAX_QUEUE),
    "overlap": flag,
    "policy": many(statement),
    "task_role": role,
    "execution_role": role,
    "log_group": matching(limits.LOG_GROUP, "a log group's name such as /batch/convert", longest=512),
    "tags": tags,
    "local": argv(argument, at_least=1),
}
_JOB: Reader[dict[str, Any]] = record(_KEYS, required=("image",), refused=REFUSED)
