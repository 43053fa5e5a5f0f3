"""The event pattern of a job's rule: which of a bucket's events start a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.spec.filter import detail

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.spec.model import Job


def event_pattern(job: Job, bucket: str, environment: Environment) -> dict[str, Any]:
    """The pattern of ``job`` for objects of ``bucket``."""
    return {
        "source": ["aws.s3"],
        "account": [environment.account],
        "region": [environment.region],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, **detail(job)},
    }
