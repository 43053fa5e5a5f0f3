"""A key may have a newline in it; the routes of moto's server end at one."""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Let the routes' patterns cross lines."""
    seams.replace("server.route", route)


def route(converter: Any, url_map: Any, *items: str) -> None:
    """Moto's converter of URL patterns."""
    seams.original("server.route")(converter, url_map, *items)
    converter.regex = f"(?s:{converter.regex})"
