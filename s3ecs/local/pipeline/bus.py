"""The default event bus, on which AWS's own services tell what happened."""

from __future__ import annotations

import functools
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3ecs.local.pipeline import delivery

if TYPE_CHECKING:
    from s3ecs.local.backends import Place


def send(
    place: Place,
    event: dict[str, Any],
    reached: frozenset[tuple[str, str]] = frozenset(),
    settling: delivery.Settling | None = None,
) -> None:
    """Offer the event to every rule of the place's default bus; see ``delivery.offer`` for the rest."""
    for rule in _rules(place):
        delivery.offer(rule, event, reached=reached, settling=settling)


def event_of(place: Place, source: str, kind: str, resource: str, detail: dict[str, Any]) -> dict[str, Any]:
    """An event as a service sends it, about one resource."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": place.account,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": place.region,
        "resources": [resource],
        "detail": detail,
    }


def is_wanted(place: Place, source: str) -> bool:
    """Whether a rule may match events of this source: a look that costs next to nothing, where an event would not."""
    return any(
        rule.state != "DISABLED" and rule.targets and _may_match(rule.event_pattern.dump(), source)
        for rule in _rules(place)
    )


@functools.lru_cache(maxsize=1024)
def _may_match(pattern: str | None, source: str) -> bool:
    if pattern is None:
        return False
    wanted = json.loads(pattern).get("source")
    return not isinstance(wanted, list) or source in wanted or any(isinstance(one, dict) for one in wanted)


def _rules(place: Place) -> list[Any]:
    return list(place.events.event_buses["default"].rules.values())
