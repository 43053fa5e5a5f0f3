"""What the SDK finds out anew for every session and every client, found out once: a third of what a call costs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.hooks import EventAliaser
from botocore.loaders import create_loader

if TYPE_CHECKING:
    from collections.abc import Callable

_alias: Final = functools.cache(EventAliaser(None)._alias_event_name)


def _alias_event_name(_: Any, event_name: str) -> str:
    """The name by which an event goes today; all aliasers go by one table, and each asks it itself."""
    name: str = _alias(event_name)
    return name


FOUND_ONCE: Final[tuple[tuple[Any, str, Callable[..., Any]], ...]] = (
    (botocore.session, "create_loader", functools.cache(create_loader)),
    (EventAliaser, "_alias_event_name", _alias_event_name),
)
"""Each as ``setattr`` takes it."""
