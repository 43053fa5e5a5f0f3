"""GetResources lists EventBridge rules; moto's index knows event buses only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.resource_tagging import TaggedResource

from s3ecs.local import seams

if TYPE_CHECKING:
    from collections.abc import Iterator


def install() -> None:
    """Add the rules."""
    seams.replace("events.tagged", tagged)


def tagged(events: Any) -> Iterator[TaggedResource]:
    """Moto's event buses, then every rule of every bus."""
    yield from seams.original("events.tagged")(events)
    for bus in list(events.event_buses.values()):
        for rule in list(bus.rules.values()):
            tags = events.tagger.get_tag_dict_for_resource(rule.arn)
            yield TaggedResource(arn=rule.arn, tags=tags, resource_type="events:rule")
