"""A bucket's notification: a flag has EventBridge told of every object, what else stands there is of others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from s3ecs.resources.spot import Spot

EVENTS: Final = "EventBridge"
NO_EVENTS: Final = "off"
NOTIFICATION: Final = "EventBridgeConfiguration"
OTHERS_NOTIFICATIONS: Final = ("TopicConfigurations", "QueueConfigurations", "LambdaFunctionConfigurations")


def _notification(spot: Spot) -> dict[str, Any]:
    found = spot.ask("get_bucket_notification_configuration")
    return {key: value for key, value in found.items() if key != "ResponseMetadata"}


def get_events(spot: Spot) -> Any:
    """Whether the bucket tells EventBridge of objects: EVENTS or NO_EVENTS."""
    # AWS: the flag is an empty mapping, so its presence counts and not its truth.
    return EVENTS if NOTIFICATION in _notification(spot) else NO_EVENTS


def put_events(spot: Spot, wish: Any) -> None:
    """Put the flag, or take it off; what else stands in the notification stays verbatim."""
    flag: dict[str, Any] = {NOTIFICATION: {}} if wish == EVENTS else {}
    # AWS: the call replaces everything and has no condition, so what stands there is sent along and read again.
    spot.s3.put_bucket_notification_configuration(
        **spot.where,
        NotificationConfiguration={**_others(_notification(spot)), **flag},
        SkipDestinationValidation=True,
    )
    # A write of somebody else's at the same moment would have lost the flag; it may also be shown a little late.
    seen = replace(spot, new=False)
    spot.aws.wait_until(f"the notification of {spot.name} to be shown", lambda: get_events(seen) == wish, seconds=30)


def _others(notification: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in notification.items() if key != NOTIFICATION}


def foreign_notifications(spot: Spot) -> str | None:
    """In words, whether others have this bucket tell them of objects."""
    found = _notification(spot)
    return "notifications of others" if any(found.get(key) for key in OTHERS_NOTIFICATIONS) else None
