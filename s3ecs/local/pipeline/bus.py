"""The default event bus, on which AWS's own services tell what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.local.pipeline import delivery

if TYPE_CHECKING:
    from s3ecs.local.backends import Place


def send(place: Place, event: dict[str, Any]) -> None:
    """Offer the event to every rule of the place's default bus."""
    for rule in _rules(place):
        delivery.offer(rule, event)


def _rules(place: Place) -> list[Any]:
    return list(place.events.event_buses["default"].rules.values())
