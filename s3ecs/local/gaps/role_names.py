"""A role's name is taken in whatever case it is written; to moto ``Role`` and ``role`` are two."""

from __future__ import annotations

from typing import Any

from moto.iam.exceptions import EntityAlreadyExists

from s3ecs.local import seams


def install() -> None:
    """Compare names without their case."""
    seams.replace("iam.create_role", create_role)


def create_role(iam: Any, role_name: str, *rest: Any, **more: Any) -> Any:
    """A new role, if there is none of that name."""
    if any(role.name.lower() == role_name.lower() for role in iam.get_roles()):
        raise EntityAlreadyExists(f"Role with name {role_name} already exists.")
    return seams.original("iam.create_role")(iam, role_name, *rest, **more)
