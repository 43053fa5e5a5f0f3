"""Making what has no name of its own: a call whose answer was lost must not make a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from s3ecs.aws.faults import ClientError, is_lost
from s3ecs.errors import WaitTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws

T = TypeVar("T")

TRIES = 5
SEEN_WITHIN = 10.0  # seconds; AWS: what has just been made is usually listed within one or two

# AWS: calls that make one thing more each time, but for those that take a client token; all are looked after alike.
MAKING: Final = (
    "ec2.AllocateAddress",
    "ec2.CreateInternetGateway",
    "ec2.CreateNatGateway",
    "ec2.CreateRouteTable",
    "ec2.CreateSubnet",
    "ec2.CreateVpc",
    "ec2.CreateVpcEndpoint",
    "ecs.RegisterTaskDefinition",
)


def listen(events: Any) -> None:
    """Have no call of a boto3 session that makes one thing more tried again where its answer was lost."""
    for call in MAKING:
        events.register_first(f"needs-retry.{call}", _leave_to_us)


def _leave_to_us(response: Any, caught_exception: Exception | None, **_: Any) -> Literal[False] | None:
    """Too many calls, and a connection that never was, are left to the SDK: nothing was made."""
    error = caught_exception or ClientError(response[1], "")
    return False if is_lost(error) else None


def make_once(aws: Aws, what: str, make: Callable[[], T], find: Callable[[], T | None]) -> T:
    """The answer of ``make``; where that is lost, ``find`` looks for a while for what was made before it is made again.

    Raises the last error after five tries, Interrupted where the user stops it.
    """
    for tried in range(1, TRIES + 1):
        try:
            return make()
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
