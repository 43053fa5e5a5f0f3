"""Does a job's task role let the job start itself? Its policy against what the job takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from s3ecs.spec import globs
from s3ecs.spec.ends import ends, excludes
from s3ecs.spec.findings import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.spec.ends import Ends
    from s3ecs.spec.findings import Findings, Path
    from s3ecs.spec.model import Job, Spec

# AWS: every way of making an object (PUT, POST, copy, multipart) asks for this action.
WRITE = "s3:putobject"


def own_prefix(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """No job may write what it takes: each run would start the next, and nothing would stop them.

    A Condition does not count, as nobody can tell what it stops; a Deny without one does.
    """
    if not findings.known(("bucket",), ("account",), ("region",)):
        return
    for job in spec.jobs:
        filter_and_policy = ("prefix", "suffix", "exclude", "pattern", "policy")
        if not findings.known(*(("jobs", job.name, key) for key in filter_and_policy)):
            continue
        for index, statement in enumerate(job.policy):
            started = next((each for each in ends(job) if _may_start(spec, job, statement, each)), None)
            if started is not None:
                taken = quoted(f"{spec.bucket.name}/{started[0]}*{started[1]}")
                message = (
                    f"a loop: this lets the job write {taken}, which starts it again: "
                    "write under another prefix, or add a statement with Effect: Deny for s3:PutObject there"
                )
                yield ("jobs", job.name, "policy", index, "Resource"), message


def _may_start(spec: Spec, job: Job, statement: Mapping[str, Any], taken: Ends) -> bool:
    if statement["Effect"] != "Allow" or not _writes(statement):
        return False
    bucket = f"arn:aws:s3:::{_filled(spec, spec.bucket.name)}/"
    head, tail = f"{bucket}{taken[0]}", taken[1]
    patterns = (_pattern(spec, resource, variable="*") for resource in statement["Resource"])
    starts = (each for each in patterns if globs.meets(each, head, tail) and not _excluded(job, each, bucket))
    return any(starts) and not _denied(spec, job, head, tail)


def _excluded(job: Job, pattern: str, bucket: str) -> bool:
    """Whether the job leaves out whatever a statement lets it write."""
    head, *rest = re.split(r"[*?]", pattern)
    return head.startswith(bucket) and excludes(job, head.removeprefix(bucket), rest[-1] if rest else "")


def _denied(spec: Spec, job: Job, head: str, tail: str) -> bool:
    return any(
        globs.covers(_pattern(spec, resource, variable="?"), head, tail)
        for statement in job.policy
        if statement["Effect"] == "Deny" and "Condition" not in statement and _writes(statement)
        for resource in statement["Resource"]
    )


def _writes(statement: Mapping[str, Any]) -> bool:
    return any(globs.matches(action.lower(), WRITE) for action in statement["Action"])


def _pattern(spec: Spec, resource: str, *, variable: str) -> str:
    """Return ``resource`` in the partition ``aws``, with ``variable`` for IAM's own ``${...}``: nobody knows those."""
    partition = re.sub(r"^arn:[^:]*:", "arn:aws:", _filled(spec, resource))
    return re.sub(r"\$\{(?!account\}|region\})[^}]*\}", variable, partition)


def _filled(spec: Spec, text: str) -> str:
    """Fill in what is known offline; what is not stays the same text on both sides of the comparison."""
    filled = text.replace("${account}", spec.account or "${account}")
    return filled.replace("${region}", spec.region or "${region}")
