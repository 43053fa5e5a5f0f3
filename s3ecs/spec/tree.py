"""YAML text -> a tree of nodes that know their places. This file and syntax.py alone know yaml.

Nothing is constructed: a scalar keeps its text and what YAML 1.1 takes it for, so that ``0777`` or a plain ``on``
can be told from what was meant. The tree is built from events, which bounds depth and aliases while they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast

import yaml

from s3ecs.errors import Problem, SpecError
from s3ecs.spec import syntax
from s3ecs.spec.nodes import Kind, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 20
MAX_VALUES = 50_000
"""Values of one file with every alias written out: what stops a billion laughs."""

_CORE = "tag:yaml.org,2002:"
_resolve: Callable[..., str] = yaml.resolver.Resolver().resolve
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, file: str) -> Node:
    """Read the one document in ``text``; places count from 1.

    Raises SpecError with one problem where it is no YAML, is empty, holds several documents or passes a bound.
    """
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_FAST):
            builder.take(event)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the parser lets chr() and int() fail as they do
        line, column, message = syntax.explain(text, error)
        raise SpecError([Problem(file, line, column, "", message)]) from error
    if builder.root is None or (isinstance(builder.root, Scalar) and builder.root.kind == "null"):
        raise SpecError([Problem(file, 1, 1, "", "the file is empty: a spec has at least name, bucket and jobs")])
    return builder.root


@dataclass
class _Open:
    """A collection whose end has not come yet."""

    event: yaml.SequenceStartEvent | yaml.MappingStartEvent
    nodes: list[Node]


class _Builder:
    """Takes one event after the other; ``root`` is the tree once all have come."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Add what one event brings; raises SpecError at the first bound that is passed."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._fail(event, "a second document begins here: a spec is one document")
            case yaml.AliasEvent():
                if event.anchor not in self._anchors:
                    self._fail(event, f"no complete &{event.anchor} stands before this *{event.anchor}")
                self._add(event, self._anchors[event.anchor])
            case yaml.ScalarEvent():
                self._close(event, self._scalar(event))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                if len(self._open) >= MAX_DEPTH:
                    self._fail(event, f"nested deeper than {MAX_DEPTH} levels")
                self._open.append(_Open(event, []))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self._open.pop()
                self._close(done.event, _collection(done))
            case _:  # stream start and end, document end
                pass

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text = event.value
        if any("\ud800" <= char <= "\udfff" for char in text):
            self._fail(event, "no character has this number: write the character itself")
        kind: Kind = "str"
        if event.tag is None and event.implicit[0]:
            resolved: str = _resolve(yaml.ScalarNode, text, (True, False))
            kind = cast("Kind", resolved.removeprefix(_CORE))
        return Scalar(*_place(event), _tag(event), text, kind)

    def _close(self, event: yaml.NodeEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._add(event, node)

    def _add(self, event: yaml.Event, node: Node) -> None:
        if _weight(node) > MAX_VALUES:
            self._fail(event, f"more than {MAX_VALUES} values with every alias written out")
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self.root = node

    def _fail(self, event: yaml.Event, message: str) -> NoReturn:
        raise SpecError([Problem(self._file, *_place(event), "", message)])


def _collection(done: _Open) -> Sequence | Mapping:
    event, nodes = done.event, tuple(done.nodes)
    weight = 1 + sum(map(_weight, nodes))
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(*_place(event), _tag(event), nodes, weight)
    pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
    return Mapping(*_place(event), _tag(event), pairs, weight, bool(event.flow_style))


def _weight(node: Node) -> int:
    return 1 if isinstance(node, Scalar) else node.weight


def _tag(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> str | None:
    """Return a tag that somebody wrote; ``!!str`` and ``!`` say only what quotes would, and pass."""
    return None if event.tag in (None, "!", f"{_CORE}str") else str(event.tag).replace(_CORE, "!!")


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
