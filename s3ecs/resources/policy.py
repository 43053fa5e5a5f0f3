"""Policy documents in normal form, so that two that mean the same are equal."""

from __future__ import annotations

import json
from typing import Any

VERSION = "2012-10-17"
Statement = dict[str, Any]


def document(statements: list[Statement]) -> dict[str, Any]:
    """A policy of these statements, in normal form."""
    return normal({"Version": VERSION, "Statement": statements})


def normal(policy: Any) -> dict[str, Any]:
    """``policy`` (a mapping or its JSON) with single values as lists and lists that mean sets sorted.

    AWS: services reorder lists and turn lists of one into plain values.
    """
    parsed = json.loads(policy) if isinstance(policy, str) else policy
    statements = parsed.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return {
        "Version": parsed.get("Version", VERSION),
        "Statement": sorted(map(statement, listed), key=lambda each: json.dumps(each, sort_keys=True)),
    }


def statement(each: Statement) -> Statement:
    """One statement in normal form."""
    form: Statement = {}
    for key, value in each.items():
        if key in ("Action", "NotAction", "Resource", "NotResource"):
            form[key] = _set(value)
        elif key in ("Principal", "NotPrincipal") and isinstance(value, dict):
            form[key] = {kind: _set(names) for kind, names in value.items()}
        elif key == "Condition":
            form[key] = {test: {name: _set(values) for name, values in keys.items()} for test, keys in value.items()}
        else:
            form[key] = value
    return form


def _set(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    # AWS: in conditions true and "true" mean the same.
    return sorted({str(text).lower() if isinstance(text, bool) else str(text) for text in texts})


def text(policy: Any) -> str:
    """A policy as the services want it."""
    return json.dumps(policy, separators=(",", ":"))
