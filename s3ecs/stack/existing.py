"""What a spec names and a stack does not make: a bucket, keys, roles and policies that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3ecs.errors import UsageError
from s3ecs.resources import ExistingBucket, ExistingRole, Role
from s3ecs.resources.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3ecs.aws.environment import Environment
    from s3ecs.engine.resource import Resource
    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec


def with_events_off(emptied: Stack) -> Stack:
    """An emptied stack that asks of its existing bucket to tell EventBridge no more."""
    buckets = [each for each in emptied.dropped if isinstance(each, ExistingBucket)]
    rest = tuple(each for each in emptied.dropped if each not in buckets)
    silent = tuple(replace(each, events=False, encrypted_by=None) for each in buckets)
    return replace(emptied, resources=silent, dropped=rest)


def boundary_arn(spec: Spec, environment: Environment) -> str | None:
    """The ARN of the policy that bounds the stack's roles, None where there is none."""
    written = spec.permissions_boundary
    return written if written is None or written.startswith("arn:") else environment.iam(f"policy/{written}")


def keys(spec: Spec) -> dict[str | None, Key]:
    """The KMS keys that the spec names, each once, by what it calls them."""
    said = {"bucket.kms_key": spec.bucket.kms_key, "log_kms_key": spec.log_kms_key}
    names = dict.fromkeys(filter(None, said.values()))
    return {name: Key(name=name, said_in=tuple(key for key in said if said[key] == name)) for name in names}


def existing_roles(spec: Spec) -> dict[str, ExistingRole]:
    """The roles of somebody else's that the jobs name, each once, by name."""
    written: dict[str, set[str]] = {}
    for role in (each for job in spec.jobs for each in (job.task_role, job.execution_role) if each is not None):
        written.setdefault(name_of(role), set()).update({role} if role.startswith("arn:") else ())
    return {name: ExistingRole(name=name, stack=spec.name, arns=frozenset(arns)) for name, arns in written.items()}


def refuse_own_roles(resources: Iterable[Resource]) -> None:
    """Raises UsageError where a job names as existing a role that the stack itself makes."""
    made = {each.name for each in resources if isinstance(each, Role)}
    for each in resources:
        if isinstance(each, ExistingRole) and each.name in made:
            raise UsageError(
                f"role {each.name} is one that the stack makes itself",
                hint="name a role of somebody else's under task_role and execution_role in the spec",
            )


def name_of(role: str) -> str:
    """The name of a role that is written as its name or ARN."""
    return role.rpartition("/")[2]
