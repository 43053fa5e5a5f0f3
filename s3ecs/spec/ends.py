"""Which keys a job could take, as pairs of how they begin and how they end: what loops and overlaps are told from."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s3ecs.pattern import field_of, parse
from s3ecs.pattern.wildcard import pieces
from s3ecs.spec import limits
from s3ecs.spec.globs import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from s3ecs.spec.model import Job

Ends = tuple[str, str]
ANY: Ends = ("", "")


def ends(job: Job) -> tuple[Ends, ...]:
    """Every key that the job takes begins and ends like one of these; of a raw pattern only what can be told."""
    if job.pattern is None:
        return tuple((start, end) for start in job.prefix or ("",) for end in job.suffix or ("",))
    asked = _of_keys(job.pattern)
    return tuple(map(_ends, asked)) if asked else (ANY,)


def overlaps(a: Job, b: Job) -> bool:
    """Say whether one object could be taken by both jobs, as far as their filters tell."""
    if a.events and b.events and not set(a.events) & set(b.events):
        return False
    if any(one.max_size is not None and one.max_size < other.min_size for one, other in ((a, b), (b, a))):
        return False
    shared = (both(one, other) for one in ends(a) for other in ends(b))
    keys = (samples(*each) for each in shared if each is not None)
    return any(not (leaves_out(a, each) or leaves_out(b, each)) for each in keys)


def leaves_out(job: Job, keys: Sequence[str]) -> bool:
    """Say whether the job surely leaves out all that ``keys``, some samples, stand for."""
    clauses = (_accepts(json.dumps(each)) for each in _left_out(job))
    return any(all(map(accepts, keys)) for accepts in clauses)


@lru_cache(maxsize=1024)
def _accepts(clause: str) -> Callable[[str], bool]:
    """A filter of keys, written in JSON. In a long spec it is asked of many pairs of jobs."""
    return field_of(parse({"key": [json.loads(clause)]}), ("key",)).accepts


def _left_out(job: Job) -> list[Any]:
    """What a key is like that the job does not take; of a raw pattern only what can be told."""
    excluded: list[Any] = [{"wildcard": each} for each in job.exclude]
    # AWS: filters of one field are ORed, so a second one could take what the first leaves out.
    match _of_keys(job.pattern or {}):
        case [{"anything-but": {**operators}}]:
            excluded += [{name: each} for name, asked in operators.items() for each in _listed(asked)]
        case [{"anything-but": literals}]:
            excluded += _listed(literals)
    return excluded


def _of_keys(pattern: Mapping[str, Any]) -> list[Any]:
    """A raw pattern's filters of keys; none where it has none, or not in so many words."""
    asked = pattern.get("object", {}).get("key")
    return asked if isinstance(asked, list) else []


def _listed(asked: Any) -> list[Any]:
    return asked if isinstance(asked, list) else [asked]


def both(one: Ends, other: Ends) -> Ends | None:
    """How keys begin and end that do both, None where there are none.

    The longer beginning followed by the longer end is a key for both, if any key is.
    """
    start, shorter = (one[0], other[0]) if len(one[0]) > len(other[0]) else (other[0], one[0])
    end, briefer = (one[1], other[1]) if len(one[1]) > len(other[1]) else (other[1], one[1])
    if not (start.startswith(shorter) and end.endswith(briefer)):
        return None
    return (start, end) if len((start + end).encode()) <= limits.MAX_KEY_BYTES else None


def _ends(asked: Any) -> Ends:
    """Of one entry of a raw pattern's filter of keys."""
    match asked:
        case str():
            return asked, ""
        case {"prefix": str(start)}:
            return start, ""
        case {"suffix": str(end)}:
            return "", end
        case {"wildcard": str(wildcard)}:
            first, *others = pieces(wildcard, "key")
            return first, others[-1] if others else ""
    return ANY
