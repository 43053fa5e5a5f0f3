"""A look ahead: what a stack relies on and does not make itself. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from s3ecs.preflight import encryption, given, images, quotas, routes, trust
from s3ecs.preflight.finding import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws
    from s3ecs.engine.resource import Resource
    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec
    from s3ecs.stack.names import StackNames

__all__ = ["BEFORE_UP", "CHECKS", "Finding", "Look", "Verdict", "find"]


@dataclass(frozen=True)
class Look:
    """What is looked at; ``lacking`` are the resources of the stack that are not there yet, None where nobody asked."""

    spec: Spec
    stack: Stack
    names: StackNames
    aws: Aws
    lacking: tuple[Resource, ...] | None = None


CHECKS = (given.check, routes.check, images.check, trust.check, encryption.check, quotas.check)
"""Each takes a Look and returns its findings; they are made side by side."""


BEFORE_UP = CHECKS[1:]
"""A plan has already asked for what is given."""


def find(look: Look, checks: tuple[Callable[[Look], list[Finding]], ...] = CHECKS) -> list[Finding]:
    """All findings, in the order of the checks."""
    return [finding for found in look.aws.together(*(partial(check, look) for check in checks)) for finding in found]
