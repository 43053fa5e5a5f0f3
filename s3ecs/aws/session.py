"""``Aws``: the clients of one account and region, and the ways of calling that every resource shares."""

from __future__ import annotations

import copy
import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from s3ecs.aws import trace
from s3ecs.aws.faults import code_of, message_of
from s3ecs.errors import Interrupted, UsageError, WaitTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from s3ecs.aws.environment import Environment

T = TypeVar("T")

SERVICES = ("s3", "events", "stepfunctions", "ecs", "ec2", "iam", "logs", "sqs", "resourcegroupstaggingapi")
CONNECTIONS = 64
ROLE_SEEN_WITHIN = 120.0  # seconds; AWS: IAM is usually seen within ten, rarely after more than sixty
OVER = -1.0  # the time left of a wait that has ended

# AWS: what services answer while they do not see a new role or its policy yet; the same codes with other words are
# real denials of the caller and are never retried.
ROLE_NOT_SEEN: tuple[tuple[str, str], ...] = (
    ("AccessDeniedException", "is authorized to assume the provided role"),
    ("AccessDeniedException", "is not authorized to create managed-rule"),
    ("AccessDeniedException", "is not authorized to access the Log Destination"),
    ("ValidationException", "cannot be assumed by principal"),
    ("MalformedPolicyDocument", "Invalid principal in policy"),
    ("InvalidParameterException", "Unable to assume the service linked role"),
    ("ClientException", "Role is not valid"),
)


class Aws:
    """One account and region. ``tell`` hears what is waited for, and for how long; ``stop`` ends every wait.

    ``variables`` are what gives another program the same credentials and region; they hold secrets.
    """

    def __init__(
        self,
        clients: dict[str, Any],
        environment: Environment,
        tell: Callable[[str, float], None],
        *,
        settle: float = 0.0,
        more: Callable[[str], Any] | None = None,
        early: Future[Any] | None = None,
        variables: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.environment = environment
        self.variables = variables
        self.tell = tell
        self.early = early
        self.stop = threading.Event()
        self.doubting = True  # but for a wave of reads that is to be cheap
        self.expecting = True  # but for one that most likely finds nothing
        self.s3 = clients["s3"]
        self.events = clients["events"]
        self.stepfunctions = clients["stepfunctions"]
        self.ecs = clients["ecs"]
        self.ec2 = clients["ec2"]
        self.iam = clients["iam"]
        self.logs = clients["logs"]
        self.sqs = clients["sqs"]
        self.resourcegroupstaggingapi = clients["resourcegroupstaggingapi"]
        self._more = more
        self._made: dict[str, Any] = {}
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="call")
        self._lock = threading.Lock()
        self._making = threading.Lock()  # boto3: sessions are not thread-safe
        self._answers: dict[str, Future[Any]] | None = None
        self._settle = settle
        self._roles: dict[str, float] = {}  # "written": when this run last wrote to a role

    def fresh(
        self, *, doubting: bool = False, expecting: bool = True, known: Mapping[str, Future[Any]] | None = None
    ) -> Aws:
        """The same with a memory of its own, for one wave of reads; ``doubting`` takes no index's word.

        Without ``expecting`` most of what is read is not there yet. ``known`` are answers that the memory begins with.
        """
        other = copy.copy(self)
        other._answers = dict(known or {})  # noqa: SLF001 - its own copy
        other.doubting, other.expecting = doubting, expecting
        return other

    def client(self, service: str) -> Any:
        """The client of a service that few stacks need, made when the first asks for it."""
        with self._making:
            if service not in self._made:
                if self._more is None:
                    raise AssertionError(f"there is no way to make a client of {service}")
                self._made[service] = self._more(service)
            return self._made[service]

    def once(self, question: str, call: Callable[[], T]) -> T:
        """The answer of ``call``: for lists that serve many resources.

        Where there is a memory it is asked for one time, however many want it; while things are made and changed there
        is none, so that what is read is what is so.
        """
        if self._answers is None:
            return call()
        with self._lock:
            answer = self._answers.get(question)
            mine = answer is None
            if answer is None:
                answer = self._answers[question] = Future()
        if mine:
            try:
                answer.set_result(call())
            except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it, and so does the caller
                answer.set_exception(error)
        found: T = answer.result()
        return found

    def together(self, *calls: Callable[[], Any]) -> list[Any]:
        """The answers of all ``calls``, made side by side; raises what the first of them raised."""
        rest = [self._pool.submit(trace.carried(call)) for call in calls[1:]]
        first = calls[0]()
        return [first, *(each.result() for each in rest)]

    def all_of_it(self, is_there: Callable[[], Any], *more: Callable[[], Any]) -> list[Any]:
        """What all calls answer of one thing; Nones where ``is_there`` answers None.

        They are made side by side, unless nothing is expected to be there: then ``more`` waits for what is.
        """
        if self.expecting:
            answers = self.together(is_there, *more)
        else:
            found = is_there()
            answers = [found] if found is None else [found, *self.together(*more)]
        return [None] * (1 + len(more)) if answers[0] is None else answers

    def pages(self, client: Any, operation: str, key: str, **request: Any) -> Iterator[Any]:
        """Every item under ``key`` of every page."""
        for page in client.get_paginator(operation).paginate(**request):
            yield from page.get(key, ())

    def wait_until(
        self, what: str, check: Callable[[], bool], *, seconds: float, every: float = 1.0, first: float = 0.0
    ) -> None:
        """Ask ``check`` again and again until it says yes, telling ``what`` is waited for, and when it no more is.

        Raises WaitTimedOut after ``seconds``, Interrupted where the user stops it.
        """
        begin = time.monotonic()
        self.tell(what, seconds)
        try:
            self._pause(first, what)
            with trace.marked("poll"):
                while not check():
                    if time.monotonic() - begin > seconds:
                        again = "run the command again; it goes on"
                        raise WaitTimedOut(f"waited {seconds:.0f} s for {what}", hint=again)
                    self._pause(every, what)
        finally:
            self.tell(what, OVER)

    def once_roles_are_seen(self, what: str, call: Callable[[], T]) -> T:
        """The answer of ``call``, tried again while the service does not see a new role yet."""
        return self._again(f"IAM to show the new role to {what}", call, _role_not_seen, ROLE_SEEN_WITHIN)

    def again_while(
        self, codes: set[str], what: str, call: Callable[[], T], *, seconds: float, every: float = 1.0
    ) -> T:
        """The answer of ``call``, tried again while AWS answers with one of ``codes``; ``what`` is waited for.

        Raises the last of these answers after ``seconds``, Interrupted where the user stops it.
        """
        return self._again(what, call, lambda error: code_of(error) in codes, seconds, every)

    def _again(
        self,
        what: str,
        call: Callable[[], T],
        again: Callable[[ClientError], bool],
        seconds: float,
        every: float = 1.0,
    ) -> T:
        answers: list[T] = []
        refusals: list[ClientError] = []

        def answered() -> bool:
            try:
                answers.append(call())
            except ClientError as error:
                refusals.append(error)
                if not again(error):
                    raise
                return False
            return True

        if answered():
            return answers[0]
        try:
            self.wait_until(what, answered, seconds=seconds, every=every, first=every)
        except WaitTimedOut:
            raise refusals[-1] from None
        return answers[0]

    def role_written(self) -> None:
        """Note that a role has just been made or changed."""
        self._roles["written"] = time.monotonic()

    def wait_for_roles(self) -> None:
        """Wait until ten seconds after this run's last write to a role.

        AWS: whether EventBridge may assume a target's role is not checked when the target is put, and an event that
        comes too early is not tried again. ``S3ECS_SETTLE_SECONDS`` sets the time; it is 0 where nothing was written.
        """
        written = self._roles.get("written")
        if written is not None:
            left = written + self._settle - time.monotonic()
            ready = time.monotonic() + left
            self.wait_until("the new roles to settle", lambda: time.monotonic() >= ready, seconds=left + 1, every=0.2)

    def go_on(self, what: str) -> None:
        """Between two parts of something long: raises Interrupted where the user stops it, so the next run goes on."""
        self._pause(0, what)

    def _pause(self, seconds: float, what: str) -> None:
        if self.stop.wait(seconds):
            raise Interrupted(f"interrupted while waiting for {what}")


def settle_seconds(*, local: bool) -> float:
    """How long after a role's last write a target waits, in seconds; ``S3ECS_SETTLE_SECONDS`` says otherwise.

    Raises UsageError where that is no number of seconds.
    """
    said = os.environ.get("S3ECS_SETTLE_SECONDS", "0" if local else "10")
    if not said.isdecimal():
        raise UsageError(f"S3ECS_SETTLE_SECONDS is {said!r}", hint="set it to whole seconds, or unset it")
    return float(said)


def _role_not_seen(error: ClientError) -> bool:
    return any(code_of(error) == code and words in message_of(error) for code, words in ROLE_NOT_SEEN)
