"""Whether the policy of a resource lets a service of AWS's do something to it."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERATORS = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")


def permits(policy: str | None, *, service: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Whether ``service`` may; ``action`` and the keys of ``context`` are in lower case.

    A condition on what is not in the context neither forbids nor denies.
    """
    statements = _listed(json.loads(policy)["Statement"] if policy else None)
    meant = [one for one in statements if _is_meant(one, service, action, resource)]
    if any(one["Effect"] == "Deny" and _holds(one, context, unknown=False) for one in meant):
        return False
    return any(one["Effect"] == "Allow" and _holds(one, context, unknown=True) for one in meant)


def _is_meant(statement: dict[str, Any], service: str, action: str, resource: str) -> bool:
    principal = statement.get("Principal", {})
    services = ["*"] if principal == "*" else [*_listed(principal.get("Service")), *_listed(principal.get("AWS"))]
    return (
        (service in services or "*" in services)
        and any(fnmatchcase(action, each.lower()) for each in _listed(statement.get("Action")))
        and any(fnmatchcase(resource, each) for each in _listed(statement.get("Resource")))
    )


def _holds(statement: dict[str, Any], context: Mapping[str, str], *, unknown: bool) -> bool:
    held = []
    for operator, tests in statement.get("Condition", {}).items():
        for key, wanted in tests.items():
            if operator in _OPERATORS and key.lower() in context:
                held.append(any(fnmatchcase(context[key.lower()], pattern) for pattern in _listed(wanted)))
            elif key.lower() == "aws:securetransport":
                held.append(str(wanted).lower() == "true")  # the loopback is as private as TLS
            else:
                held.append(unknown)
    return all(held)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
