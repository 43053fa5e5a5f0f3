"""A stack's health as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3ecs.engine.plan import Action
from s3ecs.report import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from s3ecs.engine.plan import Plan
    from s3ecs.runs.run import Run

WORDS = {
    Action.NONE: "ok",
    Action.CREATE: "missing",
    Action.UPDATE: "drifted",
    Action.REPLACE: "drifted",
    Action.DELETE: "not in the spec",
    Action.KEEP: "not in the spec",
}


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
    """All hops, the dead letters, the newest runs of each job."""

    stack: str
    where: str
    hops: tuple[Hop, ...]
    dead_letters: int
    runs: Mapping[str, Sequence[Run]]

    @property
    def well(self) -> bool:
        """Whether every hop is as it should be."""
        return all(hop.health == "ok" for hop in self.hops)


def hops(plan: Plan) -> tuple[Hop, ...]:
    """What a plan says of each resource, what serves all jobs first."""
    told = []
    for step in plan.steps:
        part = step.resource.part if step.resource is not None else step.found.part if step.found else None
        changed = tuple(
            f"{text.visible(change.setting)}: {text.value(change.observed)}, should be {text.value(change.desired)}"
            for change in step.changes
            if step.action in (Action.UPDATE, Action.REPLACE)
        )
        told.append(Hop(part, step.kind, step.name, WORDS[step.action], changed))
    return tuple(sorted(told, key=lambda hop: hop.part or ""))


def lines(status: Status) -> Iterator[str]:
    """Each hop with its health, then dead letters and the newest runs by key."""
    yield f"{status.stack} in {status.where}"
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
