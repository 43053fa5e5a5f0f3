"""A stack's health as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3ecs.engine.plan import Action
from s3ecs.engine.resource import UNKNOWN
from s3ecs.report import text
from s3ecs.resources.applied_spec import AppliedSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from s3ecs.engine.change import Change
    from s3ecs.engine.observe import Observation
    from s3ecs.engine.plan import Plan, Step
    from s3ecs.runs.run import Run

SPEC = {Action.NONE: "applied", Action.CREATE: "unknown"}
SAID = {
    "edited": "the spec was edited since it was applied: what differs may be that, or drift",
    "unknown": "which spec was applied last is unknown: no up has come to its end, or the tag that tells it is gone",
}
WORDS = {
    Action.NONE: "ok",
    Action.ADOPT: "not ours",
    Action.CREATE: "missing",
    Action.UPDATE: "drifted",
    Action.REPLACE: "drifted",
    Action.DELETE: "not in the spec",
    Action.KEEP: "kept",
}
WELL = ("ok", "kept")
"""What no ``up`` would do anything about: data of a job that was taken out stays until somebody wants it deleted."""


DRIFT = (Action.UPDATE, Action.REPLACE)
DIFFERS = "differs"
NOT_OURS = WORDS[Action.ADOPT]
UNUSABLE = "not usable"


@dataclass(frozen=True)
class Hop:
    """One resource on an object's way: ``part`` is its job, ``changes`` say what is not as it should be."""

    part: str | None
    kind: str
    name: str
    health: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """All hops, the dead letters, the newest runs of each job.

    ``spec`` is applied, edited since, or unknown.
    """

    stack: str
    where: str
    spec: str
    hops: tuple[Hop, ...]
    dead_letters: int
    runs: Mapping[str, Sequence[Run]]

    @property
    def well(self) -> bool:
        """Whether every hop is as it should be, or kept for its data."""
        return self.spec == "applied" and all(hop.health in WELL for hop in self.hops)


def spec_of(plan: Plan) -> str:
    """Whether the spec that was planned is the one that was applied last: what differs is drift then."""
    actions = [step.action for step in plan.steps if step.kind == AppliedSpec.kind]
    return next((SPEC.get(action, "edited") for action in actions), "unknown")


def hops(plan: Plan, observation: Observation) -> tuple[Hop, ...]:
    """What a survey of ``observation`` says of each resource, what serves all jobs first."""
    told: dict[tuple[str, str], Hop] = {}
    drifted = spec_of(plan) == "applied"
    for step in plan.steps:
        if step.kind == AppliedSpec.kind:
            continue
        part = step.resource.part if step.resource is not None else step.found.part if step.found else None
        differing = _changes(step, observation)
        changed = tuple(
            f"{text.visible(change.setting)}: {text.value(change.observed)}, should be {text.value(change.desired)}"
            for change in differing
            if step.action in (*DRIFT, Action.ADOPT)
        )
        action = Action.NONE if step.action in DRIFT and not differing else step.action
        health = WORDS[action] if drifted or action not in DRIFT else DIFFERS
        health = NOT_OURS if step.key in observation.foreign else health
        if reason := observation.unusable.get(step.key):
            health, changed = UNUSABLE, (text.visible(str(reason)),)
        before = told.get((step.kind, step.name))  # of a change in two steps the first
        earlier = before.changes if before is not None else ()
        told[step.kind, step.name] = Hop(part, step.kind, step.name, health, earlier + changed)
    return tuple(sorted(told.values(), key=lambda hop: hop.part or ""))


def _changes(step: Step, observation: Observation) -> list[Change]:
    """What is not as it should be, but for what cannot be known for want of something that cannot be used."""
    needs = step.resource.needs() if step.resource is not None else ()
    blind = any(need.key in observation.unusable for need in needs)
    return [change for change in step.changes if not (blind and change.desired is UNKNOWN)]


def lines(status: Status) -> Iterator[str]:
    """Each hop with its health, then dead letters and the newest runs by key."""
    yield f"{status.stack} in {status.where}"
    if status.spec in SAID:
        yield f"  {SAID[status.spec]}"
    part: str | None = None
    width = max((len(hop.health) for hop in status.hops), default=0)
    for hop in status.hops:
        if hop.part != part:
            part = hop.part
            yield text.visible(f"  job {part}")  # of what is not in the spec, a tag says so
        indent = "    " if hop.part else "  "
        yield f"{indent}{hop.health:<{width}} {text.kind(hop.kind)} {text.visible(hop.name)}"
        for change in hop.changes:
            yield f"{indent}{'':<{width}}   {change}"
    yield f"  {text.count(status.dead_letters, 'dead letter')}"
    for job, runs in status.runs.items():
        yield f"  runs of {job}" if runs else f"  no runs of {job} yet"
        for run in runs:
            yield f"    {_run(run)}"


def _run(run: Run) -> str:
    ago = text.duration((datetime.now(UTC) - run.started).total_seconds())
    error = f"  {text.visible(run.error)}" if run.error else ""
    return f"{run.status.lower():<9} {text.visible(run.key)}  {ago} ago{error}"


def as_json(status: Status) -> dict[str, Any]:
    """The same for programs."""
    return {
        "stack": status.stack,
        "where": status.where,
        "spec": status.spec,
        "well": status.well,
        "hops": [asdict(hop) for hop in status.hops],
        "dead_letters": status.dead_letters,
        "runs": {
            job: [
                {
                    "name": run.name,
                    "key": run.key,
                    "status": run.status,
                    "started": run.started.isoformat(),
                    "ended": run.ended.isoformat() if run.ended else None,
                    "error": run.error,
                }
                for run in runs
            ]
            for job, runs in status.runs.items()
        },
    }
