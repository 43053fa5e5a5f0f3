"""Rules about sizes: what a spec says must fit into what AWS keeps it in, in the worst case."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from s3ecs.pattern import InvalidPattern, parse
from s3ecs.spec import limits
from s3ecs.spec.ends import ends
from s3ecs.spec.filter import detail, pattern_size
from s3ecs.spec.words import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.spec.findings import Findings, Path
    from s3ecs.spec.model import Job, Sidecar, Spec
    from s3ecs.spec.words import Template

_ENTRY = len('"",')
_SOURCE = 200
"""Characters of two ARNs, without the name that one of them ends with."""
_VARIABLE = len('{"Name":"","Value":""},')


def key_bytes(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Some key must be able to begin with the prefix and end with the suffix."""
    for job in _sure(spec, findings, "prefix", "suffix"):
        size = max(len(f"{head}{tail}".encode()) for head, tail in ends(job))
        if size > limits.MAX_KEY_BYTES:
            message = f"prefix and suffix have {size} bytes, a key has at most {limits.MAX_KEY_BYTES}"
            yield ("jobs", job.name, _filter_of(job)), message


def pattern(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """The rule's event pattern must fit."""
    for job in _sure(spec, findings, "prefix", "suffix", "exclude", "pattern"):
        size = pattern_size(job, "x" * limits.MAX_BUCKET)
        if size > limits.MAX_PATTERN:
            message = f"makes an event pattern of up to {size} characters, EventBridge takes {limits.MAX_PATTERN}"
            where = _filter_of(job)
            yield ("jobs", job.name, where), f"{message}: shorten {where}, or make two jobs of this one"
            continue
        try:
            parse({"source": ["aws.s3"], **({"detail": asked} if (asked := detail(job)) else {})})
        except InvalidPattern as refusal:
            message = f"EventBridge would not take the pattern that this makes: {refusal.reason}"
            yield ("jobs", job.name, _filter_of(job)), message


def overrides(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """What a run passes to its task must leave room for the longest key."""
    for job in _sure(spec, findings, "command", "environment"):
        differing = {name: value for name, value in job.environment.items() if value.words}
        templates = (*job.command, *differing.values())
        size = sum(map(_size, templates)) + _ENTRY * len(job.command) + sum(_VARIABLE + len(name) for name in differing)
        filled = size + sum(
            limits.WORDS[part.name] for each in templates for part in each.parts if isinstance(part, Word)
        )
        where = ("jobs", job.name, "command" if job.command else "environment")
        if size > limits.MAX_LITERALS:
            message = (
                f"command and the variables with words in them have {size} characters besides the words, more than "
                f"{limits.MAX_LITERALS}: a run's overrides must have room for the longest key"
            )
            yield where, message
        elif filled > limits.MAX_OVERRIDES:
            message = (
                f"command and the variables with words in them come to {filled} characters with the longest key, more "
                f"than the {limits.MAX_OVERRIDES} of a run's overrides: give the key fewer times"
            )
            yield where, message


def environment(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """The variables without words stand in the task definition."""
    for job in _sure(spec, findings, "environment", "sidecars"):
        fixed = {name: value for name, value in job.environment.items() if not value.words}
        size = sum(_VARIABLE + len(name) + _size(value) for name, value in fixed.items())
        beside = sum(map(_sidecar, job.sidecars))
        if size + beside > limits.MAX_ENVIRONMENT:
            size, key = (size, "environment") if size > beside else (beside, "sidecars")
            yield (
                ("jobs", job.name, key),
                f"has {size} characters, more than the {limits.MAX_ENVIRONMENT} that fit into a task definition",
            )


def secrets(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """Each place that is read from is named in the execution role, and so may its key be."""
    for job in _sure(spec, findings, "secrets", "sidecars"):
        read = {*job.secrets.values(), *(each for part in job.sidecars for each in part.secrets.values())}
        places = {each.parameter or each.secret or "" for each in read}
        size = sum(_SOURCE + len(place) for place in places)
        if size > limits.MAX_POLICY:
            yield (
                ("jobs", job.name, "secrets" if job.secrets else "sidecars"),
                f"reads from {len(places)} secrets, more than fit into a role: keep several in the JSON of one",
            )


def policy(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """The statements share the task role's inline policies with what reads the object."""
    for job in _sure(spec, findings, "policy"):
        size = len(re.sub(r"\s", "", json.dumps(list(job.policy), ensure_ascii=False)))
        if size > limits.MAX_POLICY:
            yield (
                ("jobs", job.name, "policy"),
                f"has {size} characters, more than the {limits.MAX_POLICY} that fit into a role: use wildcards",
            )


def _sure(spec: Spec, findings: Findings, *keys: str) -> Iterator[Job]:
    """Yield the jobs whose ``keys`` can all be relied on."""
    for job in spec.jobs:
        if findings.known(*(("jobs", job.name, key) for key in keys)):
            yield job


def _filter_of(job: Job) -> str:
    """The key that says most of what a job's pattern is."""
    return next((key for key in ("pattern", "prefix", "suffix") if getattr(job, key)), "exclude")


def _sidecar(sidecar: Sidecar) -> int:
    """Return the characters of what a sidecar is given."""
    variables = sum(_VARIABLE + len(name) + len(json.dumps(value)) for name, value in sidecar.environment.items())
    return variables + sum(_ENTRY + len(json.dumps(entry)) for entry in sidecar.command)


def _size(template: Template) -> int:
    """Return the characters of a template's literals as JSON has them."""
    return sum(len(json.dumps(part)) - 2 for part in template.parts if isinstance(part, str))
