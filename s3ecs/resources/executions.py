"""Executions under way: no resources of a stack, but in the way when their state machine goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from s3ecs.aws.faults import unless
from s3ecs.resources.tasks import REASON

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws

MOST_LISTED: Final = 1000  # AWS: executions in one answer
SIDE_BY_SIDE: Final = 20


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
    stopped = 0
    while left := running(aws, machine):
        for batch in (left[at : at + SIDE_BY_SIDE] for at in range(0, len(left), SIDE_BY_SIDE)):
            aws.go_on(f"the runs of {name} to be stopped")
            aws.together(*(partial(_stop, aws, each) for each in batch))
            stopped += len(batch)
            if len(left) > SIDE_BY_SIDE:
                aws.tell(f"runs of {name} stopped so far: {stopped}", 0)
        if len(left) < MOST_LISTED:
            return


def _stop(aws: Aws, execution: str) -> None:
    stop = partial(aws.stepfunctions.stop_execution, executionArn=execution, error="Stopped", cause=REASON)
    unless({"ExecutionDoesNotExist"}, stop)
