"""The values of a container's secrets, as ECS reads them before it starts a container."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from s3ecs.local import backends
from s3ecs.local.backends import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.local.pipeline.task import Task

# AWS: how the reason of a task begins that could not start for want of a secret.
REFUSED: Final = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed"
)


class SecretRefused(Exception):
    """A secret could not be read; AWS then does not start the task. The message is the task's reason."""


def values(task: Task, container: Mapping[str, Any]) -> dict[str, str]:
    """Each variable of ``secrets`` with its value. Raises SecretRefused for the first that cannot be had."""
    return {each["name"]: _value(task, each["valueFrom"]) for each in container.get("secrets") or []}


def _value(task: Task, named: str) -> str:
    if ":secretsmanager:" in named:
        return _secret(named)
    return _parameter(task, named)


def _parameter(task: Task, named: str) -> str:
    place = Place.of_arn(named) if named.startswith("arn:") else Place(task.account, task.region)
    found = place.parameters.get_parameter(named)
    if found is None:
        raise SecretRefused(f"{REFUSED}: unable to retrieve secrets from ssm: invalid ssm parameters: {named}")
    return str(found.response_object(decrypt=True)["Value"])


def _secret(named: str) -> str:
    # arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, then the JSON key, the version's stage and its id
    parts = named.split(":")
    arn, key, stage, version = ":".join(parts[:7]), *(parts[7:] + [""] * 3)[:3]
    try:
        text = Place.of_arn(arn).secrets.get_secret_value(arn, version or None, stage or None).get("SecretString", "")
    except backends.ERRORS as error:
        reason = f"{backends.code_of(error)}: {backends.message_of(error)}"
        raise SecretRefused(f"{REFUSED}: unable to retrieve secret from asm: {reason}") from error
    return text if not key else _within(text, key)


def _within(text: str, key: str) -> str:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise SecretRefused(f"{REFUSED}: invalid character in the JSON of the secret") from error
    if not isinstance(found, dict) or key not in found:
        raise SecretRefused(f"{REFUSED}: retrieved secret from Secrets Manager did not contain json key {key}")
    value = found[key]
    return value if isinstance(value, str) else json.dumps(value)
