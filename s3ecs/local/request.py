"""The HTTP request that is being answered, and what is to happen once it has been."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPMethod
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
    """One request: whence it came, what it asked for, and the object changes it made.

    ``buckets`` are those that it may have changed, ``touched`` the buckets and keys.
    """

    source: str = "127.0.0.1"
    query: str = ""
    id: str = field(default_factory=_new_id)
    changes: list[Change] = field(default_factory=list)
    buckets: set[str] = field(default_factory=set)
    touched: dict[tuple[str, str], None] = field(default_factory=dict)

    @classmethod
    def of(cls, environ: dict[str, Any]) -> Request:
        """From a WSGI environment; S3's path is ``/bucket/key``."""
        made = cls(source=environ.get("REMOTE_ADDR", "127.0.0.1"), query=environ.get("QUERY_STRING", ""))
        if environ["REQUEST_METHOD"] not in {HTTPMethod.GET, HTTPMethod.HEAD}:
            bucket, _, key = environ["PATH_INFO"].removeprefix("/").partition("/")
            if key:  # its tags, its lock, ...
                made.touched[bucket, key.encode("latin-1").decode("utf-8", "surrogateescape")] = None
            elif bucket:
                made.buckets.add(bucket)
        return made


current: ContextVar[Request | None] = ContextVar("current", default=None)
delivering: ContextVar[tuple[str, str, str] | None] = ContextVar("delivering", default=None)
"""The event, rule and target on whose behalf an execution is started; None where a request starts it."""
