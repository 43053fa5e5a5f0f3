"""A stack as a picture: an object's way from the bucket to the task's lines, without any drawing language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3ecs.report import text
from s3ecs.resources import LogGroup, Rule, StateMachine, Target, TaskDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.engine.resource import Resource
    from s3ecs.engine.stack import Stack

DRAWN = ("bucket", "rule", "state-machine", "task-definition", "log-group", "queue")
"""The kinds on an object's way, and where it ends up if it cannot go on. All others only serve them."""

LONGEST = 60  # characters of one line of a label
WELL = "ok"

_MATCHERS = {"prefix": "begins with", "suffix": "ends with", "wildcard": "is like", "anything-but": "is not"}


@dataclass(frozen=True)
class Node:
    """A resource: the lines of its label, the job that it serves; ``well`` is None where nobody asked."""

    key: str
    kind: str
    part: str | None
    lines: tuple[str, ...]
    well: bool | None


@dataclass(frozen=True)
class Edge:
    """What an object, or what is said of it, goes along; ``aside`` leaves the way to the task."""

    start: str
    end: str
    lines: tuple[str, ...]
    aside: bool = False


@dataclass(frozen=True)
class Picture:
    """What there is to draw; every text in it is printable and none is escaped."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def parts(self) -> tuple[str | None, ...]:
        """None for what serves all jobs, then the jobs, in the order of the stack."""
        return tuple(dict.fromkeys((None, *(node.part for node in self.nodes))))


def picture(stack: Stack, health: Mapping[str, str] | None = None) -> Picture:
    """Draw ``stack``; with ``health``, a word by resource's key, each label also says how that resource is."""
    drawn = sorted(
        (resource for resource in stack.resources if resource.kind in DRAWN),
        key=lambda resource: DRAWN.index(resource.kind),
    )
    way = {resource.key: at for at, resource in enumerate(drawn)}
    edges = [edge for resource in stack.resources for edge in _edges(resource, drawn, health)]
    return Picture(
        tuple(_node(resource, health) for resource in drawn),
        tuple(sorted(edges, key=lambda edge: (way[edge.start], edge.aside, way[edge.end]))),
    )


def _node(resource: Resource, health: Mapping[str, str] | None) -> Node:
    notes = _filters(resource.pattern) if isinstance(resource, Rule) else ()
    told = _health(resource, health)
    lines = (text.kind(resource.kind), resource.name, *notes, *told)
    well = None if health is None or not told else told == (WELL,)
    return Node(resource.key, resource.kind, resource.part, tuple(map(_line, lines)), well)


def _edges(resource: Resource, drawn: list[Resource], health: Mapping[str, str] | None) -> Iterator[Edge]:
    """What leads to or from ``resource``."""
    if isinstance(resource, Rule):
        yield from (Edge(each.key, resource.key, ("object created",)) for each in drawn if each.kind == "bucket")
    if isinstance(resource, Target):
        told = tuple(map(_line, _health(resource, health)))
        yield Edge(resource.rule.key, resource.machine.key, ("starts", *told))
        yield Edge(resource.rule.key, resource.dead_letters.key, ("cannot start",), aside=True)
    if isinstance(resource, StateMachine):
        same = [each for each in drawn if isinstance(each, TaskDefinition) and each.part == resource.part]
        yield from (Edge(resource.key, each.key, ("runs",)) for each in same)
    if isinstance(resource, StateMachine | TaskDefinition):
        what = "errors" if isinstance(resource, StateMachine) else "lines"
        logs = [need for need in resource.needs() if isinstance(need, LogGroup)]
        yield from (Edge(resource.key, log.key, (what,), aside=True) for log in logs)


def _health(resource: Resource, health: Mapping[str, str] | None) -> tuple[str, ...]:
    """The word for ``resource``; where it is well itself, also those for what serves it, is not drawn and is not."""
    if health is None or resource.key not in health:
        return ()
    if health[resource.key] != WELL:
        return (health[resource.key],)
    serving = [need for need in resource.needs() if need.kind not in DRAWN and health.get(need.key, WELL) != WELL]
    lacks = dict.fromkeys(f"{text.kind(need.kind)} {need.name}: {health[need.key]}" for need in serving)
    return (WELL, *lacks)


def _filters(pattern: Mapping[str, Any]) -> Iterator[str]:
    """What a rule's pattern asks of the event besides its bucket, a line for each field; an object's own are short."""
    for field, wanted in pattern.get("detail", {}).items():
        if field == "object" and isinstance(wanted, dict):
            yield from (f"{name} {_matchers(inner)}" for name, inner in wanted.items())
        elif field != "bucket":
            yield f"{field} {_matchers(wanted)}"


def _matchers(wanted: Any) -> str:
    return " or ".join(map(_matcher, wanted)) if isinstance(wanted, list) else _plain(wanted)


def _matcher(matcher: Any) -> str:
    if not isinstance(matcher, dict) or len(matcher) != 1:
        return f"is {_plain(matcher)}"
    ((operator, operand),) = matcher.items()
    words = _MATCHERS.get(operator, operator)
    if isinstance(operand, dict):
        return f"{words} what {_matcher(operand)}"
    between = " " if operator == "numeric" else " or "
    return f"{words} {between.join(map(_plain, operand)) if isinstance(operand, list) else _plain(operand)}"


def _plain(operand: Any) -> str:
    return operand if isinstance(operand, str) else json.dumps(operand, ensure_ascii=False)


def _line(words: str) -> str:
    shown = text.visible(words)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
