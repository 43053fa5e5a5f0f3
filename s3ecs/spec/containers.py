"""Rules about the containers of a job's task: what they are given, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.spec import limits
from s3ecs.spec.tags import one_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.spec.findings import Findings, Path
    from s3ecs.spec.model import Job, Sidecar, Spec


def parts(spec: Spec) -> Iterator[tuple[Path, Job | Sidecar]]:
    """Every container of every job, with the place of its keys."""
    for job in spec.jobs:
        path = ("jobs", job.name)
        yield path, job
        for each in job.sidecars:
            yield (*path, "sidecars", each.name), each


def variables(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """A variable has one value: one that everybody may read, or a secret one."""
    for path, part in parts(spec):
        for name in sorted(part.environment.keys() & part.secrets.keys()):
            secret = (*path, "secrets", name)
            if findings.known(secret, (*path, "environment", name)):
                yield secret, f"environment has {name} too: leave it in one of the two"


def reservations(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Sidecars leave something of the task to the job's own container."""
    for job in spec.jobs:
        least = {"cpu": (job.cpu, 1, ""), "memory": (job.memory, limits.MIN_CONTAINER_MEMORY, " MiB")}
        for key, (whole, kept, unit) in least.items():
            taken = sum(getattr(each, key) or 0 for each in job.sidecars)
            path: Path = ("jobs", job.name, "sidecars")
            if findings.known(path, ("jobs", job.name, key)) and taken > whole - kept:
                left = f"at least {kept}{unit} must be left to its own container"
                yield path, f"reserve {taken}{unit} of {key}, and the job has {whole}{unit}: {left}"


def tags(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """A job's resources carry its tags and the stack's."""
    for job in spec.jobs:
        path: Path = ("jobs", job.name, "tags")
        count = len({**spec.tags, **job.tags})
        if findings.known(path, ("tags",)) and len(spec.tags) <= limits.MAX_TAGS < count:
            yield path, f"make {count} tags with those of the stack, more than {limits.MAX_TAGS}"
        for key in job.tags.keys() - spec.tags.keys():
            if findings.known((*path, key), ("tags",)) and (reason := one_with(key, (*spec.tags, key))):
                yield (*path, key), reason
