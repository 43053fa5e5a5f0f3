"""A trace of every call, for counting how many of them waited for one another.

``S3ECS_TRACE=FILE`` appends one JSON object a call: service, operation, begin and end in seconds, and ``as``: ``call``,
``page`` (a further page of a list), ``poll`` (asking whether something is so by now), ``setting`` (of a new bucket) or
``note`` (that everything is done).
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

# AWS: each service has its own word for where the next page begins; IAM says Marker, S3 says it in three ways.
PAGE_TOKENS: Final = frozenset(
    {
        "NextToken",
        "nextToken",
        "PaginationToken",
        "Marker",
        "ContinuationToken",
        "KeyMarker",
        "VersionIdMarker",
        "UploadIdMarker",
    }
)

_mark: ContextVar[str] = ContextVar("mark", default="call")
_lock = threading.Lock()


@contextmanager
def marked(mark: str) -> Iterator[None]:
    """Calls made inside are of this sort."""
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


def carried(call: Callable[[], T]) -> Callable[[], T]:
    """``call``, to be made by another thread under the mark of this one."""
    return partial(copy_context().run, call)


def listen(events: Any) -> None:
    """Have every call of a boto3 session noted, where ``S3ECS_TRACE`` names a file."""
    path = os.environ.get("S3ECS_TRACE")
    if not path:
        return

    def asked(params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        further = any(params.get(token) for token in PAGE_TOKENS)
        context["s3ecs"] = {
            "service": model.service_model.service_name,
            "operation": model.name,
            "as": "page" if further else _mark.get(),
        }

    def begun(context: dict[str, Any], **_: Any) -> None:
        context["s3ecs"]["begin"] = time.monotonic()

    def ended(context: dict[str, Any], **_: Any) -> None:
        call = context["s3ecs"] | {"end": time.monotonic()}
        with _lock, open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - a file like any other
            file.write(json.dumps(call) + "\n")

    events.register("before-parameter-build.*.*", asked)
    events.register("before-call.*.*", begun)
    events.register("after-call.*.*", ended)
    events.register("after-call-error.*.*", ended)
