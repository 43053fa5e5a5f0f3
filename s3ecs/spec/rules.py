"""What one key of a spec cannot say alone: the rules over several keys, and over several jobs.

A rule yields the path and the words of each problem. It asks the findings before it relies on a value, so that it
can run although other keys are wrong, and never tells a problem's echo.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from s3ecs.spec import budget, containers, limits, loops
from s3ecs.spec.ends import overlaps
from s3ecs.spec.filter import has_wildcard
from s3ecs.spec.findings import Findings, Path, quoted
from s3ecs.spec.image import build_of
from s3ecs.spec.model import Build

if TYPE_CHECKING:
    from s3ecs.spec.model import Spec

FILTER = ("prefix", "suffix", "exclude", "min_size", "max_size", "events", "pattern")
"""The keys that say which objects a job takes."""
SOME = 5
"""From so many sizes on they are told as a range."""

Rule = Callable[["Spec", Findings], Iterator[tuple[Path, str]]]


def check(spec: Spec, findings: Findings) -> None:
    """Hold ``spec`` against every rule; what breaks one is added to ``findings``."""
    broken = [problem for rule in RULES for problem in rule(spec, findings)]
    for path, message in broken:
        findings.add(path, message)


def bucket_name(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """``${account}`` and ``${region}`` filled in, the bucket's name is one that S3 takes."""
    if not findings.known(("bucket",)):
        return
    region = (spec.region if findings.known(("region",)) else None) or limits.LONGEST_REGION
    name = spec.bucket.name.replace("${account}", "0" * 12).replace("${region}", region)
    filled = "" if name == spec.bucket.name else f" (filled in: {name})"
    reason = None
    if not limits.MIN_BUCKET <= len(name) <= limits.MAX_BUCKET:
        reason = f"has {limits.MIN_BUCKET} to {limits.MAX_BUCKET} characters, not {len(name)}{filled}"
    elif not re.fullmatch(limits.BUCKET, name):
        reason = "has lower-case letters, digits, dots and hyphens only, with a letter or digit at both ends"
    elif ".." in name or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", name):
        reason = "must not look like an IP address or hold two dots in a row"
    elif name.startswith(limits.BUCKET_STARTS) or name.endswith(limits.BUCKET_ENDS):
        reason = "begins or ends in a way that S3 keeps for itself"
    if reason:
        long_form = ("bucket", "name")
        yield long_form if findings.written(long_form) else ("bucket",), f"a bucket's name {reason}"


def existing_bucket(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Nothing but the flag is written to a bucket that is not the stack's."""
    versioning = ("bucket", "versioning")
    if spec.bucket.existing and spec.bucket.versioning and findings.known(versioning, ("bucket", "existing")):
        yield versioning, "nothing but its events is set of a bucket that is somebody else's: leave this out"


def image_names(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """An image that is no folder is a repository or a URI that a registry can hold."""
    for place, part in containers.parts(spec):
        path, image = (*place, "image"), part.image
        if not findings.known(path) or isinstance(image, Build) or build_of(image, spec.folder) is not None:
            continue
        if len(image) > limits.MAX_IMAGE:
            yield path, f"has {len(image)} characters, more than {limits.MAX_IMAGE}"
        elif not re.fullmatch(limits.IMAGE, image):
            yield path, f"{quoted(image)} is no folder here, nor a name that an ECR repository or an image can have"


def cpu_and_memory(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Fargate runs certain sizes only."""
    for job in spec.jobs:
        cpu, memory = ("jobs", job.name, "cpu"), ("jobs", job.name, "memory")
        if not findings.known(cpu, memory):
            continue
        allowed = limits.MEMORY[job.cpu]
        if job.memory in allowed:
            continue
        nearest = min(allowed, key=lambda size: (abs(size - job.memory), -size))
        step = allowed[-1] - allowed[-2]
        sizes = f"{allowed[0]} to {allowed[-1]} in steps of {step}"
        if len(allowed) < SOME:
            sizes = " or ".join(map(str, allowed))
        others = [size for size, fits in limits.MEMORY.items() if job.memory in fits]
        instead = f", or cpu {min(others, key=lambda size: abs(size - job.cpu))}" if others else ""
        yield memory, f"{job.memory} MiB does not go with cpu {job.cpu}, which takes {sizes}: write {nearest}{instead}"


def same_keys(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Two jobs take the same key only where one of them says ``overlap: true``."""
    if len(spec.jobs) > limits.MAX_RULES:  # told by quotas, and too many pairs to look at
        return
    sure = [job for job in spec.jobs if findings.known(*(("jobs", job.name, key) for key in (*FILTER, "overlap")))]
    told: set[str] = set()
    for first, second in combinations(sure, 2):
        if second.name in told or first.overlap or second.overlap or not overlaps(first, second):
            continue
        told.add(second.name)
        where = [key for key in ("pattern", "prefix", "suffix") if getattr(second, key)][:1]
        hint = "tell their prefixes or suffixes apart, or write overlap: true in one of them"
        yield ("jobs", second.name, *where), f"a key could start both this job and {first.name}: {hint}"


def raw_pattern(spec: Spec, _: Findings) -> Iterator[tuple[Path, str]]:
    """A pattern in EventBridge's words stands in place of what we make one of."""
    for job in spec.jobs:
        said = [key for key in ("prefix", "suffix", "events") if getattr(job, key)]
        if job.pattern is not None and said:
            yield ("jobs", job.name, said[0]), "says what pattern says already: write one of the two"


def sizes(spec: Spec, _: Findings) -> Iterator[tuple[Path, str]]:
    """Some object must be neither too small nor too large."""
    for job in spec.jobs:
        if job.max_size is not None and job.max_size < job.min_size:
            message = f"no object has at least min_size {job.min_size} and at most max_size {job.max_size} bytes"
            yield ("jobs", job.name, "max_size"), message


def quotas(spec: Spec, _: Findings) -> Iterator[tuple[Path, str]]:
    """The default event bus has room for so many rules, fewer with a wildcard."""
    if len(spec.jobs) > limits.MAX_RULES:
        yield ("jobs",), f"{len(spec.jobs)} jobs are more than the {limits.MAX_RULES} rules that an event bus holds"
    wild = [job for job in spec.jobs if has_wildcard(job)]
    if len(wild) > limits.MAX_WILDCARDS:
        message = (
            f"{len(wild)} jobs have both prefix and suffix or another wildcard, more than the {limits.MAX_WILDCARDS} "
            "rules with one that an event bus holds: some must do with one of the two"
        )
        last = wild[limits.MAX_WILDCARDS]
        yield ("jobs", last.name, *[key for key in ("suffix", "exclude", "pattern") if getattr(last, key)][:1]), message


def public_ip(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """A task in the default VPC needs a public address: nothing else there leads to an image registry."""
    network = spec.network
    if findings.known(("network",)) and not network.public_ip and not network.subnets and network.vpc is None:
        yield (
            ("network", "public_ip"),
            "false needs subnets with a way out (NAT or VPC endpoints): name them in subnets, or their VPC in vpc",
        )


def role_and_policy(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Nothing is written to a role that is not the stack's."""
    for job in spec.jobs:
        policy, role = ("jobs", job.name, "policy"), ("jobs", job.name, "task_role")
        if job.policy and job.task_role is not None and findings.known(policy, role):
            yield (
                policy,
                f"nothing is written to {job.task_role}: allow it there, or leave out task_role to have a role made",
            )


def statement_ids(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """AWS: a policy's statements have ids of their own."""
    for job in spec.jobs:
        first: dict[str, int] = {}
        for at, statement in enumerate(job.policy):
            sid = statement.get("Sid")
            path: Path = ("jobs", job.name, "policy", at, "Sid")
            if sid is not None and first.setdefault(sid, at) != at and findings.known(path):
                yield path, f"policy[{first[sid]}] has the same Sid: leave it out, or write another"


RULES: tuple[Rule, ...] = (
    bucket_name,
    existing_bucket,
    image_names,
    cpu_and_memory,
    containers.variables,
    containers.reservations,
    containers.tags,
    public_ip,
    raw_pattern,
    sizes,
    role_and_policy,
    statement_ids,
    same_keys,
    quotas,
    loops.cycles,
    budget.key_bytes,
    budget.pattern,
    budget.overrides,
    budget.environment,
    budget.secrets,
    budget.policy,
)
