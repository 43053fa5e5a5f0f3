"""What a job on spot adds to its machine: a run begins on spot, and never ends for want of it.

It goes on demand, and stays there, before the last of its ``retries``, after a third interruption, and once it has
waited half of ``queue_for``. Where it would else give up for what is not the program's fault, it goes on demand too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.stack.states import FAILED, INTERRUPTED, PROVIDER, WAITED, State, at_least, both, either

if TYPE_CHECKING:
    from s3ecs.spec.model import Job

ON_SPOT: Final = "FARGATE_SPOT"
ON_DEMAND: Final = "FARGATE"
INTERRUPTIONS: Final = 3

STILL: Final[State] = {"Variable": PROVIDER, "StringEquals": ON_SPOT}


def counted(job: Job) -> dict[str, Any]:
    """What a run counts besides, and where its next task runs."""
    return {"interrupted": 0, "provider": ON_SPOT} if job.spot else {}


def capacity(job: Job) -> dict[str, Any]:
    """What RunTask is asked. AWS: spot is to be had by a strategy only, and a strategy goes with no launch type."""
    if not job.spot:
        return {"LaunchType": ON_DEMAND}
    return {"CapacityProviderStrategy": [{"CapacityProvider.$": PROVIDER, "Weight": 1}]}


def enough(job: Job) -> list[State]:
    """The choice before the next try: no more spot."""
    if not job.spot:
        return []
    # Without retries nothing that failed is tried again.
    last = at_least(FAILED, max(job.retries, 1))
    spent = either(last, at_least(INTERRUPTED, INTERRUPTIONS), at_least(WAITED, job.queue_for // 2))
    return [both(STILL, spent) | {"Next": "On demand"}]


def instead_of_giving_up(job: Job, trouble: State) -> list[State]:
    """The choice where a run that has waited long enough would end for ``trouble``."""
    return [both(STILL, trouble) | {"Next": "On demand"}] if job.spot else []
