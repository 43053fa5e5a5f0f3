"""Every setting of every resource changed, and every resource deleted, behind a stack's back: seen, named, mended.

``make sweep WHAT=drift`` does it one after the other; the tests do many at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from s3ecs.engine.change import ABSENT
from s3ecs.engine.plan import Action
from s3ecs.engine.resource import Ids
from s3ecs.report import text
from s3ecs.report.status import lines
from s3ecs.resources.applied_spec import AppliedSpec
from tests.resources.changes import CASES
from tests.resources.scene import walk

from .deletions import delete

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3ecs.engine.change import Change
    from s3ecs.engine.plan import Plan, Step
    from s3ecs.engine.resource import Resource
    from s3ecs.report.status import Status
    from tests.resources.changes import Case

    from .play import Play


@dataclass(frozen=True)
class Drift:
    """One case on one resource."""

    case: Case
    resource: Resource

    @property
    def top(self) -> str:
        """The setting that changes, or whose part does."""
        return self.case.setting.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.resource.key} {self.case.setting} = {self.case.observed}"


@dataclass
class Figures:
    """How many settings were changed and things deleted, how many of them were named, how many put back."""

    drifted: int = 0
    seen: int = 0
    mended: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"settings drifted {self.drifted} / seen {self.seen} / mended {self.mended}"

    def fault(self, what: object, words: str) -> None:
        """Note what went wrong with a case."""
        self.faults.append(f"{what}: {words}")


def drifts(play: Play) -> Iterator[Drift]:
    """Every case on every resource of its kind that has the setting, in a stack that is up."""
    ids = Ids(play.observe().observed)
    for resource in play.subjects:
        desired = resource.desired(ids)
        for case in CASES:
            there = case.observed is not ABSENT or walk(desired, case.setting) is not ABSENT
            if case.kind == resource.kind and there:
                yield Drift(case, resource)


def batches(all_of_them: Iterable[Drift]) -> list[list[Drift]]:
    """As few as can be with no two changes of one setting in any; the applied spec, which status goes by, alone."""
    turn: Counter[tuple[str, str]] = Counter()
    filled: list[list[Drift]] = []
    alone = []
    for each in all_of_them:
        if each.resource.kind == AppliedSpec.kind:
            alone.append([each])
            continue
        at = turn[each.resource.key, each.top]
        turn[each.resource.key, each.top] += 1
        filled.extend([] for _ in range(at + 1 - len(filled)))
        filled[at].append(each)
    return filled + alone


def sweep(play: Play, together: Iterable[list[Drift]], figures: Figures) -> None:
    """Change the settings of each batch at once, look, mend, look again."""
    seen = play.observe()
    for batch in together:
        for each in batch:
            each.case.act(play.scene(each.resource, seen))
        figures.drifted += len(batch)
        planned, status = play.plan(), play.status()
        figures.seen += sum(_is_named(each, planned, status, figures) for each in batch)
        _nothing_else(batch, planned, figures)
        play.carry_out(planned)
        seen = play.observe()
        left = {step.key: [change.setting for change in step.changes] for step in play.plan(seen=seen).writes}
        figures.mended += sum(each.resource.key not in left for each in batch)
        for key, settings in left.items():
            figures.fault(key, f"not mended: {settings}")


def _is_named(drift: Drift, planned: Plan, status: Status, figures: Figures) -> bool:
    """Whether plan and status name the setting, from what to what."""
    step = next(step for step in planned.steps if step.key == drift.resource.key)
    named = [change for change in step.changes if _touch(change.setting, drift.case.setting)]
    from_what = [change for change in named if change.setting != drift.case.setting or _is(change.observed, drift)]
    if step.action is Action.UPDATE and from_what and _is_told(step, from_what, status):
        return True
    figures.fault(drift, f"{step.action} {step.changes}; status: {list(lines(status))}")
    return False


def _is_told(step: Step, changes: Iterable[Change], status: Status) -> bool:
    """Whether status says drifted and from what; of the applied spec, by which it tells drift, that it is another."""
    if step.kind == AppliedSpec.kind:
        return status.spec == "edited"
    hop = next(hop for hop in status.hops if (hop.kind, hop.name) == (step.kind, step.name))
    said = all(any(text.value(change.observed) in line for line in hop.changes) for change in changes)
    return said and hop.health == "drifted" and status.spec == "applied"


def _is(observed: Any, drift: Drift) -> bool:
    return bool(observed is drift.case.observed or observed == drift.case.observed)


def _touch(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _nothing_else(batch: Iterable[Drift], planned: Plan, figures: Figures) -> None:
    changed = {(each.resource.key, each.top) for each in batch}
    for step in planned.writes:
        more = {change.top for change in step.changes} - {top for key, top in changed if key == step.key}
        if more:
            figures.fault(step.key, f"changes although nobody touched it: {sorted(more)}")


def sweep_deletions(play: Play, together: Iterable[Iterable[Resource]], figures: Figures) -> None:
    """Delete the resources of each batch, and what has to go before they can; look, make again, look again."""
    for batch in together:
        gone = set(delete(play, batch))
        figures.drifted += len(gone)
        planned, status = play.plan(), play.status()
        made_again = {step.key for step in planned.writes if step.action is Action.CREATE}
        missing = {f"{hop.kind}/{hop.name}" for hop in status.hops if hop.health == "missing"}
        if status.spec == "unknown":
            missing.add(f"{AppliedSpec.kind}/{play.stack.name}")
        figures.seen += len(gone & made_again & missing)
        if not made_again == missing == gone:
            figures.fault(sorted(gone), f"to be made {sorted(made_again)}, missing {sorted(missing)}")
        play.carry_out(planned)
        left = {step.key for step in play.plan().writes}
        figures.mended += len(gone - left)
        if left:
            figures.fault(sorted(gone), f"not mended: {sorted(left)}")


def whole(aws: Any) -> Figures:
    """Every case alone and every deletion."""
    from .play import Play, everything  # noqa: PLC0415 - as above

    play, figures = Play(aws, everything("drifting")), Figures()
    play.up()
    sweep(play, [[each] for each in drifts(play)], figures)
    sweep_deletions(play, [[each] for each in play.subjects], figures)
    return figures
