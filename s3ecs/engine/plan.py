"""Deciding: from what is wanted and what is there to ordered steps; pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass, field, replace
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from s3ecs.engine.change import Change, changes
from s3ecs.engine.resource import Given, Ids
from s3ecs.errors import NotOurs, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3ecs.engine.observe import Observation
    from s3ecs.engine.resource import Found, Observed, Props, Resource
    from s3ecs.engine.stack import Stack


class Action(StrEnum):
    """What a step does.

    ADOPT takes over what is there and nobody's. KEEP leaves a thing in place although it is not wanted, for the data it
    holds, for what others have put on it or because it was adopted.
    """

    NONE = "none"
    ADOPT = "adopt"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True)
class Step:
    """One resource's part of a plan. ``behind`` are the keys of the steps that have to be done before it.

    ``resource`` is there for what is wanted, ``found`` for what is to be deleted (or kept); a replacement has both.
    What others need until they are deleted changes in two steps: the first is ``keeping`` it in what was observed, the
    ``second`` is behind the deletions.
    """

    action: Action
    type: type[Resource]
    name: str
    behind: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()
    resource: Resource | None = None
    found: Found | None = None
    keeping: Props | None = None
    second: bool = False

    @property
    def kind(self) -> str:
        """The kind of its resource."""
        return self.type.kind

    @property
    def key(self) -> str:
        """``kind/name`` and, for a second step, a word more: unique in a plan."""
        return f"{self.kind}/{self.name}{' again' if self.second else ''}"

    @property
    def writes(self) -> bool:
        """Whether carrying it out changes the account."""
        return self.action not in (Action.NONE, Action.KEEP)


@dataclass(frozen=True)
class Plan:
    """Steps in an order in which they could be carried out one after the other.

    ``remarks`` say by key what else there is to tell of a step, also of one that does nothing.
    """

    stack: str
    steps: tuple[Step, ...]
    ids: Ids
    delete_data: bool = False
    notes: tuple[str, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> tuple[Step, ...]:
        """The steps that change the account; none where there is nothing to do."""
        return tuple(step for step in self.steps if step.writes)

    def only(self, keys: frozenset[str]) -> Plan:
        """The part of it that makes these."""
        return replace(self, steps=tuple(step for step in self.steps if step.resource is not None and step.key in keys))

    @property
    def kept(self) -> tuple[Step, ...]:
        """The steps that leave something in place."""
        return tuple(step for step in self.steps if step.action is Action.KEEP)


def plan(stack: Stack, observation: Observation, *, delete_data: bool = False, adopt: bool = False) -> Plan:
    """Decide what has to be done so that the account is as ``stack`` says.

    With ``adopt`` what is nobody's and has one of our names is taken over. Raises NotOurs, naming all of them, where
    something else of somebody else's has one, and Refused where a replacement would cost data or what was adopted.
    Where something cannot be used it raises what reading that did, with the reasons of all.
    """
    _refuse_what_cannot_be_used(observation)
    _refuse_what_is_not_ours(stack, observation, adopt=adopt)
    planned = survey(stack, observation, delete_data=delete_data)
    if unfit := _unfit(planned.steps):
        raise Refused(
            f"there before the stack, and only new ones could be as the spec wants them: {', '.join(unfit)}",
            hint="choose another name in the spec, or make the spec fit what is there",
        )
    held = {} if delete_data else observation.held
    anew = [step.key for step in planned.steps if step.action is Action.REPLACE]
    if losses := [f"{key} ({held[key]})" for key in anew if key in held]:
        raise Refused(f"data would be lost, for only a new one can have the changed settings: {', '.join(losses)}")
    return planned


def _refuse_what_cannot_be_used(observation: Observation) -> None:
    if found := list(observation.unusable.values()):
        reasons = dict.fromkeys(map(str, found))  # of one secret that several jobs want, once
        worst = next((each for each in found if isinstance(each, Refused)), found[0])
        raise type(worst)("\n".join(reasons), hint=worst.hint)


def _refuse_what_is_not_ours(stack: Stack, observation: Observation, *, adopt: bool) -> None:
    nobodys = [key for key in observation.foreign if (seen := observation.observed.get(key)) and seen.owner is None]
    if foreign := [key for key in observation.foreign if not adopt or key not in nobodys]:
        raise NotOurs(foreign, stack=stack.name, adoptable=set(foreign) <= set(nobodys))


def survey(stack: Stack, observation: Observation, *, delete_data: bool = False) -> Plan:
    """What is not as ``stack`` says, as the steps that would mend it; not all of them may be allowed.

    What cannot be used has no settings to wish for.
    """
    ids = Ids(observation.observed)
    steps: list[Step] = []
    for resource in _in_order(stack.resources, stack.first):
        ahead = stack.first if resource.key not in stack.first else frozenset[str]()
        desired = {} if resource.key in observation.unusable else resource.desired(ids)
        step = _step(resource, observation.observed[resource.key], desired, ahead)
        if step.action is Action.REPLACE:
            ids = ids.without(resource.key)
        elif step.action in (Action.UPDATE, Action.ADOPT):  # who refers to a setting that changes is a change as well
            ids.learn(resource, ids.of(resource), resource.desired(ids))
        steps.append(step)
    if observation.found:
        steps = [part for step in steps for part in _in_two(step, observation, ids)]
    late = [step for step in steps if step.second or step.type.comes_last]
    built = [step for step in steps if step not in late]
    steps = [*built, *_deletions(stack, observation.found, built, delete_data=delete_data)]
    for step in sorted(late, key=lambda step: step.type.comes_last):
        before = steps if step.type.comes_last else steps[len(built) :]
        steps.append(replace(step, behind=step.behind.union(each.key for each in before)))
    return Plan(stack.name, tuple(steps), ids, delete_data, stack.notes)


def _in_order(resources: Iterable[Resource], first: frozenset[str]) -> Iterator[Resource]:
    """Whatever a resource needs comes before it, and what comes ``first`` as early as it can."""
    by_key = {each.key: each for each in sorted(resources, key=lambda each: each.key not in first)}
    graph = {key: [need.key for need in resource.needs()] for key, resource in by_key.items()}
    return (by_key[key] for key in TopologicalSorter(graph).static_order())


def _step(resource: Resource, seen: Observed | None, desired: Props, ahead: frozenset[str]) -> Step:
    behind = ahead.union(need.key for need in resource.needs())
    if seen is None:
        action, found_changes = Action.CREATE, changes({}, desired)
    elif seen.owner is None and not isinstance(resource, Given):
        action, found_changes = Action.ADOPT, changes(seen.props, resource.adopted(desired))
    else:
        found_changes = changes(seen.props, desired)
        tops = {change.top for change in found_changes}
        if not tops:
            action = Action.NONE
        elif tops & resource.fixed:
            action = Action.REPLACE
        else:
            action = Action.UPDATE
    found = resource.as_found(seen) if action is Action.REPLACE and seen is not None else None
    return Step(action, type(resource), resource.name, behind, found_changes, resource, found)


def _in_two(step: Step, observation: Observation, ids: Ids) -> Iterator[Step]:
    """What serves all parts keeps what those need that are about to be deleted, until they are gone."""
    seen = observation.observed.get(step.key)
    resource = step.resource
    if step.action is not Action.UPDATE or resource is None or resource.part is not None or seen is None:
        yield step
        return
    desired = resource.desired(ids)
    meanwhile = resource.meanwhile(seen.props, desired)
    if not (rest := changes(meanwhile, desired)):
        yield step
        return
    first = changes(seen.props, meanwhile)
    yield replace(step, action=Action.UPDATE if first else Action.NONE, changes=first, keeping=seen.props)
    yield replace(step, changes=rest, behind=frozenset({step.key}), second=True)


def _unfit(steps: Iterable[Step]) -> list[str]:
    """What was there before the stack and stays, and would have to be another one; with the settings that say so."""
    staying = (step for step in steps if step.action is Action.ADOPT or (step.found and step.found.adopted))
    fixed = {step.key: {change.top for change in step.changes} & step.type.fixed for step in staying}
    return [f"{key} ({', '.join(sorted(settings))})" for key, settings in fixed.items() if settings]


def _deletions(stack: Stack, found: Iterable[Found], built: Iterable[Step], *, delete_data: bool) -> Iterator[Step]:
    """Delete in the order of the stack's stages, after everything that is built.

    What belongs to one part waits for the earlier stages of its own part only; what serves all parts, for those of all.
    """
    after_all = frozenset(step.key for step in built if step.writes)
    earlier: dict[str | None, set[str]] = {}
    for stage in stack.stages:
        types = {each.kind: each for each in stage}
        leaving = [each for each in found if each.kind in types]
        for each in leaving:
            parts = [each.part] if each.part is not None else list(earlier)
            before = after_all.union(*(earlier.get(part, set()) for part in parts))
            stays = each.adopted or each.serves or (each.holds and not delete_data)
            action = Action.KEEP if stays else Action.DELETE
            yield Step(action, types[each.kind], each.name, before, found=each)
        for each in leaving:
            earlier.setdefault(each.part, set()).add(each.key)
