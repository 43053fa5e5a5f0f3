"""Which objects a job takes: what its rule's pattern asks of an event, and what its state machine decides then.

Both are said once, here, and read by one evaluator, ``s3ecs.pattern``: the rule, a test upload and ``match`` agree.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from s3ecs.pattern import field_of, parse
from s3ecs.spec import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.pattern import Field, Pattern
    from s3ecs.spec.model import Job

HIDDEN = ("size", "reason")
"""What a key alone does not tell of its object."""
NOT_EMPTY = {"anything-but": [0]}
"""AWS: ``numeric`` compares within five billion only and would be blind to larger objects."""


def detail(job: Job) -> dict[str, Any]:
    """What the rule's pattern asks of an event's detail, besides the bucket."""
    found: dict[str, Any] = copy.deepcopy(dict(job.pattern)) if job.pattern is not None else {}
    if job.pattern is None:
        if keys := _keys(job):
            found["object"] = {"key": keys}
        if job.events:
            found["reason"] = list(job.events)
    if job.min_size > 0:
        found.setdefault("object", {}).setdefault("size", [NOT_EMPTY])
    return found


def excluded_later(job: Job) -> tuple[str, ...]:
    """The wildcards that the state machine leaves out.

    AWS: filters of one field are ORed, so a pattern that asks what a key is like cannot also ask what it is not like.
    """
    return job.exclude if job.prefix or job.suffix or job.pattern is not None else ()


def _keys(job: Job) -> list[Any]:
    if job.prefix and job.suffix:  # AWS: as two filters they would be ORed
        return [{"wildcard": f"{_literal(start)}*{_literal(end)}"} for start in job.prefix for end in job.suffix]
    if job.prefix or job.suffix:
        return [{"prefix": start} for start in job.prefix] + [{"suffix": end} for end in job.suffix]
    return [{"anything-but": {"wildcard": list(job.exclude)}}] if job.exclude else []


def _literal(text: str) -> str:
    """AWS: in a wildcard, ``\\*`` is a star and ``\\\\`` a backslash."""
    return text.replace("\\", "\\\\").replace("*", "\\*")


def has_wildcard(job: Job) -> bool:
    """Whether the rule counts among those with a wildcard, of which a bus holds few."""
    return _mentions(detail(job), "wildcard")


def _mentions(asked: Any, operator: str) -> bool:
    if isinstance(asked, dict):
        return operator in asked or any(_mentions(each, operator) for each in asked.values())
    return isinstance(asked, list) and any(_mentions(each, operator) for each in asked)


def pattern_size(job: Job, bucket: str) -> int:
    """Return the most characters that the rule's pattern can have, non-ASCII ones written as escapes."""
    whole = {
        "source": ["aws.s3"],
        "account": ["0" * 12],
        "region": [limits.LONGEST_REGION],
        "detail-type": ["Object Created"],
        "detail": {**detail(job), "bucket": {"name": [bucket]}},
    }
    return len(json.dumps(whole, separators=(",", ":")))


class Filter:
    """A job's filter, compiled, to be asked of many objects."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._excluded = [(glob, _of_key({"wildcard": glob})) for glob in excluded_later(job)]
        self._asked: dict[frozenset[str], Pattern | None] = {}

    def of_keys(self, size: int | None = None) -> Callable[[str], bool]:
        """Says of a key whether the job takes it, quickly: for millions of them; no size, no clause of it."""
        if size is not None:
            return lambda key: self.mismatch(key, size) is None
        asked = self._of(frozenset({"key"}))
        excluded = [field.accepts for _, field in self._excluded]
        accepts = _accepts(asked) if asked is not None else None
        if accepts is None:
            return lambda key: not any(each(key) for each in excluded)
        return (lambda key: accepts(key) and not any(each(key) for each in excluded)) if excluded else accepts

    def mismatch(self, key: str, size: int | None = None, event: str | None = None) -> str | None:
        """Say which clause an object fails, None where the job takes it; what is not told of it fails none.

        ``size`` is in bytes, ``event`` the reason that S3 gives.
        """
        known: dict[str, Any] = {"object": {"key": key}} | ({} if event is None else {"reason": event})
        if (clause := self._why_not(known, frozenset(known))) is not None:
            return clause
        for glob, field in self._excluded:
            if field.accepts(key):
                return f"key {json.dumps(key, ensure_ascii=False)} is excluded by {glob}"
        if size is None:
            return None
        known["object"]["size"] = size
        return self._of_size(size) or self._why_not(known, frozenset({*known, "size"}))

    def _why_not(self, known: dict[str, Any], fields: frozenset[str]) -> str | None:
        asked = self._of(fields)
        clause = None if asked is None else asked.why_not(known)
        return None if clause is None else clause.removeprefix("object.")

    def _of_size(self, size: int) -> str | None:
        if size < self.job.min_size:
            return f"size {size} is smaller than min_size {self.job.min_size}"
        if self.job.max_size is not None and size > self.job.max_size:
            return f"size {size} is larger than max_size {self.job.max_size}"
        return None

    def _of(self, known: frozenset[str]) -> Pattern | None:
        """The pattern without the clauses of what is not known; None where it asks for nothing then."""
        if known not in self._asked:
            whole = _told_by(known, detail(self.job))
            self._asked[known] = parse(whole) if whole else None
        return self._asked[known]


def _told_by(known: frozenset[str], asked: dict[str, Any]) -> dict[str, Any]:
    """``asked`` without the clauses of fields that are not known; an alternative that asks for nothing fits all."""
    left: dict[str, Any] = {}
    for field, wish in asked.items():
        if field in HIDDEN and field not in known:
            continue
        if isinstance(wish, dict):
            if inner := _told_by(known, wish):
                left[field] = inner
        elif field == "$or" and all(isinstance(branch, dict) for branch in wish):
            branches = [_told_by(known, branch) for branch in wish]
            if all(branches):
                left[field] = branches
        else:
            left[field] = wish
    return left


def _accepts(asked: Pattern) -> Callable[[str], bool]:
    try:
        return field_of(asked, ("object", "key")).accepts
    except LookupError:  # a raw pattern with alternatives is asked as a whole
        return lambda key: asked.matches({"object": {"key": key}})


def _of_key(asked: Any) -> Field:
    return field_of(parse({"key": [asked]}), ("key",))
