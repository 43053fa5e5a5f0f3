"""Doing: carry a plan out, side by side where nothing forbids it, and say what came of each step."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from s3ecs.engine.change import changes
from s3ecs.engine.interrupt import noted
from s3ecs.engine.plan import Action, Plan, Step
from s3ecs.engine.resource import Exists, kept_for
from s3ecs.errors import CallFailed, NotOurs, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from s3ecs.engine.resource import Ids, Props, Resource

WORKERS = 32


class Outcome(StrEnum):
    """What came of a step."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Started:
    """A step has begun."""

    step: Step


@dataclass(frozen=True)
class Result:
    """What came of a step: ``error`` says why it failed, ``because`` which failed step it stood behind.

    A step that was never begun because of an interruption is skipped without either.
    """

    step: Step
    outcome: Outcome
    error: Exception | None = None
    because: str | None = None


@dataclass(frozen=True)
class Results:
    """The results of all steps that write, in the order in which they ended."""

    results: tuple[Result, ...]
    interrupted: bool = False

    def of(self, outcome: Outcome) -> tuple[Result, ...]:
        """The results with this outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    @property
    def ok(self) -> bool:
        """Whether everything was done."""
        return not self.interrupted and all(result.outcome is Outcome.DONE for result in self.results)


def apply(plan: Plan, aws: Any, tell: Callable[[Started | Result], None], stop: Event) -> Results:
    """Carry out ``plan``; a failure skips only what stands behind it.

    Ctrl-C begins nothing more, sets ``stop`` for those who wait, and lets the calls under way finish; so does a
    KeyboardInterrupt of ``tell``, which is called in this thread only.
    """
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="apply") as pool:
        run = _Run(plan, aws, tell, pool)
        with noted(run.interrupt):
            return run.carry_out(stop)


class _Run:
    """One carrying-out of a plan: the steps that wait, those under way, and those that have ended."""

    def __init__(
        self, plan: Plan, aws: Any, tell: Callable[[Started | Result], None], pool: ThreadPoolExecutor
    ) -> None:
        self.plan, self.aws, self.tell, self.pool = plan, aws, tell, pool
        self.ids = plan.ids.without()
        self.steps = {step.key: step for step in plan.steps}
        self.order = TopologicalSorter({step.key: step.behind for step in plan.steps})
        self.ready: deque[Step] = deque()
        self.under_way: dict[Future[None], Step] = {}
        self.news: SimpleQueue[Future[None] | None] = SimpleQueue()  # what has ended; None: an interruption
        self.culprit: dict[str, str] = {}  # step that failed or was skipped -> the one whose failure it was
        self.results: dict[str, Result] = {}
        self.interrupted = False

    def interrupt(self) -> None:
        self.interrupted = True
        self.news.put(None)

    def carry_out(self, stop: Event) -> Results:
        try:
            self.order.prepare()
            while self.order.is_active() and not self.interrupted:
                self._begin_all_ready()
                self._hear_of_one()
        except BaseException:  # the listener failed: nobody is told any more, and nobody need wait
            stop.set()
            raise
        if self.interrupted:
            stop.set()
            while self.under_way:
                self._hear_of_one()
            for step in self.plan.writes:
                if step.key not in self.results:
                    self._end(Result(step, Outcome.SKIPPED))
        return Results(tuple(self.results.values()), self.interrupted)

    def _begin_all_ready(self) -> None:
        """Begin what waits for nothing; what does nothing, or stands behind a failure, ends at once."""
        self._find_ready()
        while self.ready and len(self.under_way) < WORKERS and not self.interrupted:
            step = self.ready.popleft()
            culprit = next((self.culprit[need] for need in sorted(step.behind) if need in self.culprit), None)
            if culprit is None and step.writes:
                self._begin(step)
                continue
            if culprit is not None:
                self.culprit[step.key] = culprit
                if step.writes:
                    self._end(Result(step, Outcome.SKIPPED, because=culprit))
            self.order.done(step.key)
            self._find_ready()

    def _find_ready(self) -> None:
        self.ready.extend(self.steps[key] for key in self.order.get_ready())

    def _begin(self, step: Step) -> None:
        self._say(Started(step))
        if not self.interrupted:
            future = self.pool.submit(_carry_out, step, self.aws, self.ids, self.plan)
            self.under_way[future] = step
            future.add_done_callback(self.news.put)

    def _hear_of_one(self) -> None:
        """Wait until one of those under way has ended, but no longer than until an interruption."""
        future = None
        if self.under_way:
            with suppress(Empty):
                # Python: a signal that comes right before a call blocks is seen when the call returns.
                future = self.news.get(timeout=0.2)
        if future is None:
            return
        step = self.under_way.pop(future)
        error = future.exception()
        if error is None:
            self._end(Result(step, Outcome.DONE))
        elif isinstance(error, Exception):
            self.culprit[step.key] = step.key
            self._end(Result(step, Outcome.FAILED, error=error))
        else:
            raise error
        self.order.done(step.key)

    def _end(self, result: Result) -> None:
        self.results[result.step.key] = result
        self._say(result)

    def _say(self, event: Started | Result) -> None:
        try:
            self.tell(event)
        except KeyboardInterrupt:
            self.interrupt()


def _carry_out(step: Step, aws: Any, ids: Ids, plan: Plan) -> None:
    """Do what one step says; the id of what it makes is noted in ``ids``."""
    if step.found is not None:
        _keep_what_is_new(step, aws, data=plan.delete_data)
        step.type.delete(aws, step.found, data=plan.delete_data)
    resource = step.resource
    if resource is None:
        return
    props = resource.desired(ids)
    if step.keeping is not None:
        props = resource.meanwhile(step.keeping, props)
    if step.action is Action.ADOPT:
        _refuse_what_is_not_free(resource, aws, plan.stack)
        props = resource.adopted(props)
    if step.action in (Action.UPDATE, Action.ADOPT):
        resource.update(aws, props, frozenset(change.top for change in step.changes))
        ids.learn(resource, ids.of(resource), props)
        return
    try:
        made_id = resource.create(aws, props)
    except Exists as answer:
        made_id = _take_as_made(resource, aws, props, plan.stack, answer)
    ids.learn(resource, made_id, props)


def _refuse_what_is_not_free(resource: Resource, aws: Any, stack: str) -> None:
    """What was nobody's when the plan was made may have been taken since, or be gone."""
    seen = resource.read(aws)
    if seen is None:
        raise Refused("it is gone by now", hint="run the command again to see what is left")
    if seen.owner not in (None, stack):
        raise NotOurs([resource.key], stack=stack)


def _keep_what_is_new(step: Step, aws: Any, *, data: bool) -> None:
    """What was empty when the plan was made may have come to hold data, or to serve others; then it is not deleted."""
    if not step.type.guarded and (serves := step.type.serves(aws, step.name)):
        raise kept_for(serves)
    if not data and (holds := step.type.holds(aws, step.name)):
        hint = "run the command again to see what is left"
        raise Refused(f"it holds {holds} by now, so it is kept", hint=hint)


def _take_as_made(resource: Resource, aws: Any, props: Props, stack: str, answer: Exists) -> str:
    """What carries our tag was made by a try whose answer was lost; what it still lacks is added."""
    seen = resource.read(aws)
    if seen is None or seen.owner != stack:
        raise NotOurs([resource.key], stack=stack) from answer
    lacking = frozenset(change.top for change in changes(seen.props, props))
    if lacking & resource.fixed:  # an earlier one whose deletion has not come to its end
        raise CallFailed(
            f"there still is one with another {', '.join(sorted(lacking & resource.fixed))}",
            hint="run the command again; it goes on",
        ) from answer
    if lacking:
        resource.update(aws, props, lacking)
    return seen.id
