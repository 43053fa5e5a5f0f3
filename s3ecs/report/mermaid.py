"""A picture in the language Mermaid, which code hosts and editors draw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3ecs.report.picture import Picture

SHAPES = {
    "bucket": ("[(", ")]"),
    "rule": ("{{", "}}"),
    "state-machine": ("([", "])"),
    "task-definition": ("[[", "]]"),
    "queue": ("[(", ")]"),
}
BOX = ("[", "]")
STYLES = {True: ("ok", "stroke:#1a7f37"), False: ("bad", "stroke:#cf222e,stroke-width:3px")}

# Mermaid reads directives, entities, Markdown and formulas also inside of quotes: all but these become a number.
_SPECIAL = re.compile(r"[^\w ./(){}$=,+-]|_|\$(?!\{)")


def lines(picture: Picture) -> Iterator[str]:
    """The picture's text, line by line."""
    ids = {node.key: f"n{number}" for number, node in enumerate(picture.nodes)}
    yield "flowchart LR"
    for number, part in enumerate(picture.parts):
        indent = "  " if part is None else "    "
        if part is not None:
            yield f"  subgraph j{number}[{_label([f'job {part}'])}]"
        for node in picture.nodes:
            if node.part == part:
                before, after = SHAPES.get(node.kind, BOX)
                yield f"{indent}{ids[node.key]}{before}{_label(node.lines)}{after}"
        if part is not None:
            yield "  end"
    for edge in picture.edges:
        arrow = "-.->" if edge.aside else "-->"
        yield f"  {ids[edge.start]} {arrow}|{_label(edge.lines)}| {ids[edge.end]}"
    for well, (name, style) in STYLES.items():
        if which := ",".join(ids[node.key] for node in picture.nodes if node.well is well):
            yield f"  classDef {name} {style}"
            yield f"  class {which} {name}"


def _label(words: Sequence[str]) -> str:
    return '"' + "<br/>".join(_SPECIAL.sub(lambda found: f"#{ord(found[0])};", each) for each in words) + '"'
