"""Conditions in a bucket policy.

moto takes a statement with conditions for one without, so the usual "deny what is not TLS" locks everybody out.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Look at the conditions before moto looks at the policy."""
    seams.replace("s3.permission", permission)


def permission(bucket: Any, action: str, resource: str) -> Any:
    """What the policy says of the action, by its statements that apply here."""
    if bucket.policy is None:
        return seams.original("s3.permission")(bucket, action, resource)
    policy = json.loads(bucket.policy)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    policy["Statement"] = [one for one in statements if _applies(one.get("Condition") or {})]
    judged = SimpleNamespace(policy=json.dumps(policy).encode())  # all that moto's method wants of a bucket
    return seams.original("s3.permission")(judged, action, resource)


def _applies(condition: dict[str, dict[str, Any]]) -> bool:
    """Only a condition that is known to hold counts.

    The loopback is as private as TLS, so aws:SecureTransport is true. Other conditions are not worked out here, and a
    statement that may not apply must not deny.
    """
    return all(
        operator == "Bool" and key.lower() == "aws:securetransport" and str(value).lower() == "true"
        for operator, tests in condition.items()
        for key, value in tests.items()
    )
