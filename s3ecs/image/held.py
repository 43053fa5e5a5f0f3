"""What an engine says of an image that it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3ecs.image.cli import CliFailed

if TYPE_CHECKING:
    from s3ecs.image.cli import ContainerCli


@dataclass(frozen=True)
class Held:
    """An image that an engine has; ``is_complete`` says that it knows by itself what to run."""

    id: str
    platform: str
    is_complete: bool


def look(cli: ContainerCli, name: str) -> Held | None:
    """What is held by this name or id; None where nothing is."""
    try:
        (told,) = json.loads(cli.run("image", "inspect", name))
    except CliFailed:
        return None
    config = told.get("Config") or {}
    return Held(
        f"sha256:{told['Id'].removeprefix('sha256:')}",
        f"{told['Os']}/{told['Architecture']}",
        bool(config.get("Entrypoint") or config.get("Cmd")),
    )
