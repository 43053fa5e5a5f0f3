"""One way through the engine, with everything that it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from s3ecs.engine.apply import Outcome, Result, Results, Started, apply
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.engine.stack import Stack

    from .world import World


@dataclass
class Run:
    """A plan that was carried out: what was told, in order, and what came of it."""

    plan: Plan
    told: list[Started | Result] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    results: Results = field(default_factory=lambda: Results(()))

    def keys(self, outcome: Outcome) -> set[str]:
        """The keys of the steps with this outcome."""
        return {result.step.key for result in self.results.of(outcome)}

    @property
    def started(self) -> list[str]:
        """The keys of the steps that were told to have begun."""
        return [event.step.key for event in self.told if isinstance(event, Started)]

    @property
    def ended(self) -> list[str]:
        """The keys of the steps that were told to have ended."""
        return [event.step.key for event in self.told if isinstance(event, Result)]


def planned(stack: Stack, world: World, *, delete_data: bool = False, adopt: bool = False) -> Plan:
    """What has to be done."""
    return plan(stack, observe(stack, world), delete_data=delete_data, adopt=adopt)


def carried_out(
    decided: Plan,
    world: World,
    *,
    hear: Callable[[Run, Started | Result], None] | None = None,
    stop: Event | None = None,
) -> Run:
    """Do it; ``hear`` is called with everything that is told, after it has been noted."""
    run = Run(decided, stop=stop or Event())

    def tell(event: Started | Result) -> None:
        run.told.append(event)
        if hear is not None:
            hear(run, event)

    run.results = apply(decided, world, tell, run.stop)
    return run


def up(stack: Stack, world: World, *, delete_data: bool = False, adopt: bool = False) -> Run:
    """The whole way; fails where the engine asked the world for something that it should not have."""
    world.begun.clear()
    world.writes.clear()
    run = carried_out(planned(stack, world, delete_data=delete_data, adopt=adopt), world)
    assert world.breaches == []
    return run
