"""Which service a host name means, found once: moto lists its own source folder for every request, in a lock."""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Remember moto's answers."""
    known: dict[str | None, Any] = {}

    def service_of(dispatcher: Any, host: str | None) -> Any:
        if host not in known:
            known[host] = seams.original("server.service")(dispatcher, host)
        return known[host]

    seams.replace("server.service", service_of)
