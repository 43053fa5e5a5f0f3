"""The event pattern of a job's rule: which of a bucket's events start a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.spec.filter import wildcard

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.spec.model import Job


def event_pattern(job: Job, bucket: str, environment: Environment) -> dict[str, Any]:
    """The pattern of ``job`` for objects of ``bucket``.

    AWS: several filters of one field are ORed, different fields are ANDed, so prefix and suffix have to be one filter.
    """
    object_filter: dict[str, Any] = {}
    if key := _key_filter(job):
        object_filter["key"] = [key]
    if job.min_size > 0:
        # AWS: ``numeric`` compares within five billion only and would be blind to larger objects.
        object_filter["size"] = [{"anything-but": [0]}]
    detail: dict[str, Any] = {"bucket": {"name": [bucket]}}
    if object_filter:
        detail["object"] = object_filter
    return {
        "source": ["aws.s3"],
        "account": [environment.account],
        "region": [environment.region],
        "detail-type": ["Object Created"],
        "detail": detail,
    }


def _key_filter(job: Job) -> dict[str, str] | None:
    if (both := wildcard(job)) is not None:
        return {"wildcard": both}
    if job.prefix:
        return {"prefix": job.prefix}
    return {"suffix": job.suffix} if job.suffix else None
