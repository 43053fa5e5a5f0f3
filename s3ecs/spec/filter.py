"""Which objects a job takes: its prefix, suffix and min_size, as a rule's pattern sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from s3ecs.spec import limits

if TYPE_CHECKING:
    from s3ecs.spec.model import Job


def mismatch(job: Job, key: str, size: int) -> str | None:
    """Say which clause of ``job`` an object of ``size`` bytes under ``key`` fails; None where the job takes it."""
    if not key.startswith(job.prefix):
        return f"key does not begin with {job.prefix}"
    if not key.endswith(job.suffix):
        return f"key does not end with {job.suffix}"
    if len(key) < len(job.prefix) + len(job.suffix):
        return f"key is too short to begin with {job.prefix} and then end with {job.suffix}"
    if size < job.min_size:
        return f"object of {size} bytes is smaller than min_size {job.min_size}"
    return None


def overlaps(a: Job, b: Job) -> bool:
    """Say whether one key could begin and end as both jobs ask.

    Sizes do not tell jobs apart, as none has an upper bound.
    """
    prefix, other = sorted((a.prefix, b.prefix), key=len, reverse=True)
    suffix, another = sorted((a.suffix, b.suffix), key=len, reverse=True)
    # The longer prefix followed by the longer suffix is a key for both, if any key is.
    fits = len((prefix + suffix).encode()) <= limits.MAX_KEY_BYTES
    return fits and prefix.startswith(other) and suffix.endswith(another)


def wildcard(job: Job) -> str | None:
    """Return the ``wildcard`` for a job with both prefix and suffix, None for any other.

    A prefix and a suffix as two entries of one array would be ORed.
    """
    if not (job.prefix and job.suffix):
        return None
    # AWS: in a wildcard, \\* is a star and \\\\ a backslash.
    prefix, suffix = (text.replace("\\", "\\\\").replace("*", "\\*") for text in (job.prefix, job.suffix))
    return f"{prefix}*{suffix}"


def pattern_size(job: Job, bucket: str) -> int:
    """Return the most characters that the rule's pattern can have, non-ASCII ones written as escapes."""
    key = {"wildcard": wildcard(job)} if wildcard(job) else {"prefix": job.prefix, "suffix": job.suffix}
    pattern = {
        "source": ["aws.s3"],
        "account": ["0" * 12],
        "region": [limits.LONGEST_REGION],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [key], "size": [{"anything-but": [0]}]}},
    }
    return len(json.dumps(pattern))
