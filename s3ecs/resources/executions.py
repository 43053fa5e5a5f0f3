"""Executions under way: no resources of a stack, but in the way when their state machine goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from s3ecs.aws.faults import unless
from s3ecs.resources.stopping import stop_each
from s3ecs.resources.tasks import REASON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws

MOST_LISTED: Final = 1000  # AWS: executions in one answer


def running(aws: Aws, machine: str) -> list[str]:
    """The ARNs of those under way, or of the first thousand: AWS answers this list a few times a second at most."""
    ask = partial(
        aws.stepfunctions.list_executions, stateMachineArn=machine, statusFilter="RUNNING", maxResults=MOST_LISTED
    )
    answer = unless({"StateMachineDoesNotExist"}, ask) or {"executions": ()}
    return [each["executionArn"] for each in answer["executions"]]


def stop_all(aws: Aws, machine: str, name: str) -> None:
    """Tell all of them to stop, saying how far it is.

    Raises Interrupted between two batches: the next run goes on with the others.
    """
    stop_each(aws, f"runs of {name}", partial(_stop, aws), _all(aws, machine))


def _all(aws: Aws, machine: str) -> Iterator[str]:
    """Those of one list, and where there were too many for it, of the next, asked for when these have been told."""
    while left := running(aws, machine):
        yield from left
        if len(left) < MOST_LISTED:
            return


def _stop(aws: Aws, execution: str) -> None:
    stop = partial(aws.stepfunctions.stop_execution, executionArn=execution, error="Stopped", cause=REASON)
    unless({"ExecutionDoesNotExist"}, stop)
