"""Looking for a role while another is made: moto walks through the mapping that grows meanwhile and answers 500."""

from __future__ import annotations

from typing import Any

from s3ecs.local import seams


def install() -> None:
    """Let every look go through a list of its own."""
    seams.replace("iam.get_roles", get_roles)


def get_roles(iam: Any) -> list[Any]:
    """The roles that there are now."""
    return list(seams.original("iam.get_roles")(iam))
