"""GetBucketNotificationConfiguration tells of EventBridge.

moto keeps the flag and never gives it back, so whoever reads, merges and writes the configuration switches
EventBridge off.
"""

from __future__ import annotations

import re
from typing import Any

from s3ecs.local import seams

_ROOT = re.compile(r"(<NotificationConfiguration[^>]*?)(?:/>|>(.*)</NotificationConfiguration>)", re.DOTALL)
_FLAG = "<EventBridgeConfiguration></EventBridgeConfiguration>"


def install() -> None:
    """Put the flag into moto's answer."""
    seams.replace("s3.http_get_notification", get_notification)


def get_notification(http: Any) -> Any:
    """Moto's answer, with the flag where it is on."""
    status, headers, body = seams.original("s3.http_get_notification")(http)
    kept = http.backend.get_bucket_notification_configuration(http.bucket_name)
    if kept is None or kept.event_bridge is None:
        return status, headers, body
    text = body.decode() if isinstance(body, bytes) else body
    with_flag = _ROOT.sub(lambda found: f"{found[1]}>{found[2] or ''}{_FLAG}</NotificationConfiguration>", text)
    return status, headers, with_flag
