"""Stopping what there may be thousands of: side by side, and neither silent nor deaf to Ctrl-C."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from s3ecs.aws.session import Aws

SIDE_BY_SIDE: Final = 20


def stop_each(aws: Aws, what: str, stop: Callable[[str], Any], arns: Iterable[str]) -> None:
    """Call ``stop`` with each of ``arns``, which are ``what``, such as "runs of a-b"; from some on, tell how many.

    Raises Interrupted between two batches: the next run goes on with the others.
    """
    rest, stopped = iter(arns), 0
    while batch := list(islice(rest, SIDE_BY_SIDE)):
        aws.go_on(f"the {what} to be stopped")
        aws.together(*(partial(stop, each) for each in batch))
        stopped += len(batch)
        if stopped >= SIDE_BY_SIDE:
            aws.tell(f"{what} stopped so far: {stopped}", 0)
