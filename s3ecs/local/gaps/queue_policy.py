"""Setting one attribute of a queue leaves its policy alone; moto drops the policy unless it is among them."""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Carry the policy over."""
    seams.replace("sqs.set_queue_attributes", set_queue_attributes)


def set_queue_attributes(sqs: Any, queue_name: str, attributes: dict[str, Any]) -> Any:
    """With the policy that the queue has, unless the call gives another; an empty one takes it away."""
    policy = sqs.get_queue(queue_name).policy
    return seams.original("sqs.set_queue_attributes")(sqs, queue_name, {"Policy": policy, **attributes})
