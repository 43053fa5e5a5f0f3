"""A picture in the language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3ecs.report.picture import Picture

SHAPES = {
    "bucket": "cylinder",
    "rule": "hexagon",
    "state-machine": "component",
    "task-definition": "box3d",
    "queue": "cylinder",
}
STYLES = {None: "", True: ', color="#1a7f37"', False: ', color="#cf222e", penwidth=3'}


def lines(picture: Picture) -> Iterator[str]:
    """The picture's text, line by line."""
    ids = {node.key: f"n{number}" for number, node in enumerate(picture.nodes)}
    yield "digraph {"
    yield '  rankdir=LR; node [fontname="sans-serif"]; edge [fontname="sans-serif"]'
    for number, part in enumerate(picture.parts):
        if part is not None:
            yield f"  subgraph cluster_{number} {{ label={_label([f'job {part}'])}"
        for node in picture.nodes:
            if node.part == part:
                shape = SHAPES.get(node.kind, "box")
                yield f"  {ids[node.key]} [label={_label(node.lines)}, shape={shape}{STYLES[node.well]}]"
        if part is not None:
            yield "  }"
    for edge in picture.edges:
        style = ", style=dashed" if edge.aside else ""
        yield f"  {ids[edge.start]} -> {ids[edge.end]} [label={_label(edge.lines)}{style}]"
    yield "}"


def _label(words: Sequence[str]) -> str:
    """Lines in quotes. Graphviz reads escapes and entities there."""
    escaped = (each.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for each in words)
    return '"' + "\\n".join(escaped) + '"'
