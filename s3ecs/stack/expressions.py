"""Templates of the spec as expressions of the States Language (JSONPath)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.spec.words import Template, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

PATHS: Final = {
    "key": "$.detail.object.key",
    "bucket": "$.detail.bucket.name",
    "etag": "$.detail.object.etag",
    "version_id": "$.detail.object['version-id']",
    "region": "$.region",
    "time": "$.time",
}
"""Words whose value is a string of the event as it stands there."""

COMPOSED: Final = {
    "uri": f"States.Format('s3://{{}}/{{}}', {PATHS['bucket']}, {PATHS['key']})",
    # AWS: a number where a string is wanted fails the state.
    "size": "States.Format('{}', $.detail.object.size)",
}
"""Words whose value has to be made."""


def command(templates: Sequence[Template]) -> dict[str, Any]:
    """The ``Command`` of a container override; empty where the image's own command is to stay."""
    if not templates:
        return {}
    literals = [template.literal for template in templates]
    if None not in literals:
        return {"Command": literals}
    return {"Command.$": f"States.Array({', '.join(map(expression, templates))})"}


def expression(template: Template) -> str:
    """One template as an expression whose value is a string.

    Only literals need escapes: AWS inserts the values of paths as they are.
    """
    if len(template.parts) == 1 and isinstance(template.parts[0], Word):
        name = template.parts[0].name
        return PATHS.get(name) or COMPOSED[name]
    if template.literal is not None:
        return f"'{_escaped(template.literal)}'"
    form = ""
    arguments: list[str] = []
    for part in template.parts:
        if isinstance(part, str):
            form += _escaped(part)
        elif part.name == "uri":
            form += "s3://{}/{}"
            arguments += [PATHS["bucket"], PATHS["key"]]
        else:
            form += "{}"
            arguments.append(PATHS.get(part.name, "$.detail.object.size"))
    return f"States.Format('{form}', {', '.join(arguments)})"


def _escaped(literal: str) -> str:
    """AWS: quotes, braces and backslashes in a literal are written with a backslash before them."""
    return "".join(f"\\{char}" if char in "'{}\\" else char for char in literal)
