"""Making what has no name of its own: a call whose answer was lost must not make a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from s3ecs.aws.faults import is_lost
from s3ecs.errors import WaitTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws

T = TypeVar("T")

TRIES = 5
SEEN_WITHIN = 10.0  # seconds; AWS: what EC2 has made is usually listed within one or two


def make_once(aws: Aws, service: str, what: str, make: Callable[[Any], T], find: Callable[[], T | None]) -> T:
    """The answer of ``make``, which is given a client of ``service`` that tries nothing again by itself.

    Where an answer is lost, or is that there were too many calls, ``find`` looks for a while for what was made before
    it is asked for again. Raises the last answer after five tries, Interrupted where the user stops it.
    """
    for tried in range(1, TRIES + 1):
        try:
            return make(aws.unretried(service))
        except Exception as error:
            if tried == TRIES or not is_lost(error):
                raise
        found = _looked_for(aws, what, find)
        if found is not None:
            return found
    raise AssertionError("the last try returns or raises")


def _looked_for(aws: Aws, what: str, find: Callable[[], T | None]) -> T | None:
    found: list[T] = []

    def seen() -> bool:
        found.extend(each for each in [find()] if each is not None)
        return bool(found)

    try:
        aws.wait_until(f"{what}, of which AWS has not answered, to be seen", seen, seconds=SEEN_WITHIN, every=2)
    except WaitTimedOut:
        return None
    return found[0]
