"""The HTTP request that is being answered, and what is to happen once it has been."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


def _new_id() -> str:
    return uuid.uuid4().hex[:16].upper()


@dataclass(frozen=True)
class Change:
    """What happened to one object: moto's event name, bucket and key."""

    account: str
    name: str
    bucket: Any
    key: Any


@dataclass
class Request:
    """One request: whence it came, what it asked for, and the object changes it made."""

    source: str = "127.0.0.1"
    query: str = ""
    id: str = field(default_factory=_new_id)
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, environ: dict[str, Any]) -> Request:
        """From a WSGI environment."""
        return cls(source=environ.get("REMOTE_ADDR", "127.0.0.1"), query=environ.get("QUERY_STRING", ""))


current: ContextVar[Request | None] = ContextVar("current", default=None)
