"""What a job's policy lets it write into the stack's bucket, held against what a job takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from s3ecs.spec import globs
from s3ecs.spec.ends import both, leaves_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from s3ecs.spec.ends import Ends
    from s3ecs.spec.model import Job, Spec

# AWS: every way of making an object (PUT, POST, copy, multipart) asks for this action.
WRITE: Final = "s3:putobject"
WILD: Final = re.compile(r"[*?]")


class _Allowed(NamedTuple):
    """One resource of the statement number ``at``; the keys that fit it begin and end like ``ends``."""

    at: int
    pattern: str
    ends: Ends
    only: str | None
    """The one key that fits it, None where a wildcard stands in it."""


class Writer:
    """A job as the others see it: the keys that it may make in the stack's bucket.

    A Condition of an Allow does not count, as nobody can tell what it stops; a Deny without one does.
    """

    def __init__(self, spec: Spec, job: Job) -> None:
        self._bucket = f"arn:aws:s3:::{_filled(spec, spec.bucket.name)}/"
        allowing = [(at, each) for at, each in enumerate(job.policy) if each["Effect"] == "Allow"]
        denying = (each for each in job.policy if each["Effect"] == "Deny" and "Condition" not in each)
        self._allowed = tuple(self._into(_patterns(spec, allowing, variable="*")))
        # Only a star covers what nobody knows.
        self._denied = tuple(pattern for _, pattern in _patterns(spec, enumerate(denying), variable="?"))

    def starts(self, taker: Job, taken: Sequence[Ends]) -> Iterator[tuple[int, Ends]]:
        """The statements that let it write what ``taker`` takes, each once, with those of ``taken`` that it fits."""
        told = -1
        for each in self._allowed:
            if each.at == told:
                continue
            found = next((ends for ends in taken if self._makes(each, ends, taker)), None)
            if found is not None:
                told = each.at
                yield told, found

    def _makes(self, allowed: _Allowed, taken: Ends, taker: Job) -> bool:
        shared = both(taken, allowed.ends)
        if shared is None or not globs.meets(allowed.pattern, f"{self._bucket}{taken[0]}", taken[1]):
            return False
        keys = globs.samples(*shared) if allowed.only is None else (allowed.only,)
        return not leaves_out(taker, keys) and not self._denies(keys)

    def _denies(self, keys: Sequence[str]) -> bool:
        whole = [f"{self._bucket}{key}" for key in keys]
        return any(globs.covers(pattern, whole) for pattern in self._denied)

    def _into(self, patterns: Iterable[tuple[int, str]]) -> Iterator[_Allowed]:
        """Those that fit something in the bucket."""
        for at, pattern in patterns:
            if not globs.meets(pattern, self._bucket, ""):
                continue
            start, *rest = WILD.split(pattern)
            if not start.startswith(self._bucket):  # a wildcard is in the bucket's name, and may end anywhere
                yield _Allowed(at, pattern, ("", ""), None)
                continue
            key = start.removeprefix(self._bucket)
            yield _Allowed(at, pattern, (key, rest[-1] if rest else ""), None if rest else key)


def makes_objects(statement: Mapping[str, Any]) -> bool:
    """Whether a statement is about making objects, wherever that may be."""
    return any(globs.matches(action.lower(), WRITE) for action in statement["Action"])


def _patterns(
    spec: Spec, statements: Iterable[tuple[int, Mapping[str, Any]]], *, variable: str
) -> Iterator[tuple[int, str]]:
    """The resources in the partition ``aws``, with ``variable`` for IAM's own ``${...}``: nobody knows those."""
    for at, statement in statements:
        if makes_objects(statement):
            for resource in statement["Resource"]:
                partition = re.sub(r"^arn:[^:]*:", "arn:aws:", _filled(spec, resource))
                yield at, re.sub(r"\$\{(?!account\}|region\})[^}]*\}", variable, partition)


def _filled(spec: Spec, text: str) -> str:
    """Fill in what is known offline; what is not stays the same text on both sides of the comparison."""
    filled = text.replace("${account}", spec.account or "${account}")
    return filled.replace("${region}", spec.region or "${region}")
