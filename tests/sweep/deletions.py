"""Every resource of a stack deleted behind its back, together with what has to go before it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.resources.plainly import DELETE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3ecs.engine.resource import Resource

    from .play import Play

IN_THE_WAY: Final = {
    "vpc": ("vpc-endpoint", "nat-gateway", "security-group", "route-table", "subnet", "internet-gateway"),
    "elastic-ip": ("nat-gateway",),
    "repository": ("image",),
}
"""What AWS wants gone before it deletes one of a kind."""


def leaving(play: Play, resource: Resource) -> Iterator[Resource]:
    """What goes with ``resource``, itself the last."""
    for kind in IN_THE_WAY.get(resource.kind, ()):
        yield from (each for each in play.subjects if each.kind == kind)
    if resource.kind == "subnet":
        yield from (each for each in play.subjects if each.kind == "nat-gateway" and resource in each.needs())
    if resource.kind == "queue":
        yield from (each for each in play.subjects if each.kind == "applied-spec")
    if resource.kind == "rule":
        yield from (each for each in play.subjects if each.kind == "target" and each.name == resource.name)
    yield resource


def delete(play: Play, resources: Iterable[Resource]) -> list[str]:
    """Delete them with plain calls; returns the keys of all that is gone."""
    seen = play.observe()
    gone = {each.key: each for resource in resources for each in leaving(play, resource)}
    for each in gone.values():
        with_its_rule = each.kind == "target" and f"rule/{each.name}" in gone
        if not with_its_rule:
            DELETE[each.kind](play.scene(each, seen))
    return list(gone)
