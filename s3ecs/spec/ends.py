"""Which keys a job could take, as pairs of how they begin and how they end: what loops and overlaps are told from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.pattern import parse
from s3ecs.pattern.wildcard import pieces
from s3ecs.spec import limits

if TYPE_CHECKING:
    from s3ecs.spec.model import Job

Ends = tuple[str, str]
ANY: Ends = ("", "")


def ends(job: Job) -> tuple[Ends, ...]:
    """Every key that the job takes begins and ends like one of these; of a raw pattern only what can be told."""
    if job.pattern is None:
        return tuple((start, end) for start in job.prefix or ("",) for end in job.suffix or ("",))
    asked = job.pattern.get("object", {}).get("key")
    return tuple(map(_ends, asked)) if isinstance(asked, list) else (ANY,)


def overlaps(a: Job, b: Job) -> bool:
    """Say whether one object could be taken by both jobs, as far as their filters tell."""
    if a.events and b.events and not set(a.events) & set(b.events):
        return False
    if any(one.max_size is not None and one.max_size < other.min_size for one, other in ((a, b), (b, a))):
        return False
    shared = (_both(one, other) for one in ends(a) for other in ends(b))
    return any(each is not None and not (excludes(a, *each) or excludes(b, *each)) for each in shared)


def excludes(job: Job, head: str, tail: str) -> bool:
    """Say whether the job surely leaves out every key that begins with ``head`` and then ends with ``tail``."""
    anything = "\0"  # stands for what no wildcard names, so only a star can take it
    samples = (f"{head}{tail}", f"{head}{anything}{tail}")
    globs = (parse({"key": [{"wildcard": glob}]}) for glob in job.exclude)
    return any(all(glob.matches({"key": sample}) for sample in samples) for glob in globs)


def _both(one: Ends, other: Ends) -> Ends | None:
    """How keys begin and end that do both, None where there are none.

    The longer beginning followed by the longer end is a key for both, if any key is.
    """
    start, shorter = sorted((one[0], other[0]), key=len, reverse=True)
    end, briefer = sorted((one[1], other[1]), key=len, reverse=True)
    fits = len((start + end).encode()) <= limits.MAX_KEY_BYTES
    return (start, end) if fits and start.startswith(shorter) and end.endswith(briefer) else None


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
