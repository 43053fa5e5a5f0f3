"""A plan as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.engine.plan import Action
from s3ecs.report import text
from s3ecs.resources.nat_gateway import NatGateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.engine.plan import Plan, Step

# AWS: the list prices of us-east-1 in USD, of which a month has 730 hours; other regions' are up to twice that.
NAT_MONTH, NAT_GB = 0.045 * 730, 0.045
ADDRESS_MONTH = 0.005 * 730

SIGNS = {
    Action.NONE: "=",
    Action.ADOPT: ">",
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "±",
    Action.DELETE: "-",
    Action.KEEP: "=",
}
VERBS = {
    Action.ADOPT: "to adopt",
    Action.CREATE: "to create",
    Action.UPDATE: "to change",
    Action.REPLACE: "to replace",
    Action.DELETE: "to delete",
    Action.KEEP: "kept",
}

CHANGING = (Action.ADOPT, Action.UPDATE, Action.REPLACE)


def lines(plan: Plan) -> Iterator[str]:
    """What will happen, one line a resource, and per changed setting from what to what; what is adopted comes first."""
    for step in sorted(plan.steps, key=lambda step: step.action is not Action.ADOPT):
        remark = plan.remarks.get(step.key)
        if step.action is Action.NONE and remark is None:
            continue
        told = f": {text.visible(remark)}" if remark else _reason(step)
        yield f"  {SIGNS[step.action]} {text.kind(step.kind)} {text.visible(step.name)}{told}"
        if step.action in CHANGING:
            for change in step.changes:
                setting = text.visible(change.setting)  # others' names stand in it, such as those of their states
                yield f"      {setting}: {text.value(change.observed)} -> {text.value(change.desired)}"
    if plan.writes:
        yield from (f"  ! {note}" for note in plan.notes)
    yield from _standing_costs(plan)
    yield summary(plan)


def _standing_costs(plan: Plan) -> Iterator[str]:
    """What is to be made and costs money while nothing runs."""
    nats = sum(step.kind == NatGateway.kind and step.action is Action.CREATE for step in plan.steps)
    if nats:
        gateways = text.count(nats, "NAT gateway")
        month, addresses = nats * NAT_MONTH, nats * ADDRESS_MONTH
        yield (
            f"  {gateways}: about {month:.0f} USD a month whether anything runs or not, "
            f"and {addresses:.0f} for public IPs; {NAT_GB} USD a GB"
        )


def summary(plan: Plan) -> str:
    """How many of each; ``nothing to do`` where nothing would be written."""
    counts = {action: sum(step.action is action for step in plan.steps) for action in VERBS}
    told = ", ".join(f"{number} {VERBS[action]}" for action, number in counts.items() if number)
    if plan.writes:
        return told
    return f"nothing to do ({told})" if told else "nothing to do: everything is as it should be"


def as_json(plan: Plan) -> dict[str, Any]:
    """The same for programs: stack, and per step action, kind, name and changes.

    ``holds``, ``adopted`` and ``serves`` say why something is kept, ``remark`` what else there is to tell.
    """
    return {
        "stack": plan.stack,
        "changes": len(plan.writes),
        "steps": [
            _step(step) | ({"remark": plan.remarks[step.key]} if step.key in plan.remarks else {})
            for step in plan.steps
            if step.action is not Action.NONE or step.key in plan.remarks
        ],
        "notes": list(plan.notes),
    }


def _step(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"action": step.action.value, "kind": step.kind, "name": step.name}
    if step.action in CHANGING:
        told["changes"] = [
            {"setting": change.setting, "from": _plain(change.observed), "to": _plain(change.desired)}
            for change in step.changes
        ]
    if step.action is Action.KEEP and step.found is not None:
        told |= {"holds": step.found.holds, "adopted": step.found.adopted, "serves": step.found.serves}
    return told


def _plain(thing: Any) -> Any:
    """A value that JSON knows; what is unknown or absent becomes its words."""
    return json.loads(json.dumps(thing, default=repr))


def _reason(step: Step) -> str:
    found = step.found
    if found is None:
        return ""
    held = f"it holds {text.visible(found.holds)}" if found.holds else ""
    if step.action is not Action.KEEP:
        return f" ({held})" if held else ""
    if found.adopted:
        return " (kept: it was there before the stack)"
    return f" (kept: it has {found.serves})" if found.serves else f" (kept: {held})"
