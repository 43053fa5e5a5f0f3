"""Pushing an image into a repository, signed in for as long as that takes and no longer."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from s3ecs.image import docker_config
from s3ecs.image.cli import CliFailed
from s3ecs.image.complaints import hint_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.image.cli import ContainerCli

DENIED: Final = (
    "you may not push there: it takes ecr:InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage and "
    "BatchCheckLayerAvailability"
)
REFUSALS: Final = (
    *("denied", "unauthorized", "forbidden", "not authorized", "authentication required"),
    *("invalid username/password", "no basic auth credentials"),
)
"""What CLIs say of a registry that does not take the image."""


@dataclass(frozen=True)
class Registry:
    """Where to sign in: ``endpoint`` without a scheme, and for how long is the registry's to say."""

    endpoint: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Registry({self.endpoint})"  # the password is in no message


def push(
    cli: ContainerCli, image: str, reference: str, registry: Registry, *, lines: Callable[[str], None] | None = None
) -> None:
    """Push the image with this id as ``reference``. Raises CliFailed with what the CLI said last."""
    with _signed_in(cli, registry) as environment:
        cli.run("tag", image, reference)
        try:
            cli.run("push", reference, lines=lines, environment=environment)
        except CliFailed as error:
            raise _told(error, cli, f"pushing {reference} with {cli.name}") from error
        finally:
            with suppress(CliFailed):
                cli.run("rmi", reference)  # the name alone: the image has another one


@contextmanager
def _signed_in(cli: ContainerCli, registry: Registry) -> Iterator[dict[str, str]]:
    """The environment in which the CLI is signed in; what it notes of that is gone at the end.

    The password goes over standard input. finch keeps what it notes in a virtual machine, and is signed out again.
    """
    with tempfile.TemporaryDirectory(prefix="s3ecs-login-") as folder:
        environment = _apart(cli, Path(folder), registry.endpoint)
        try:
            cli.run(
                *("login", "--username", registry.user, "--password-stdin", registry.endpoint),
                stdin=registry.password,
                environment=environment,
            )
        except CliFailed as error:
            raise _told(error, cli, f"signing in to {registry.endpoint} with {cli.name}") from error
        try:
            yield environment
        finally:
            if not environment:
                with suppress(CliFailed):
                    cli.run("logout", registry.endpoint)


def _apart(cli: ContainerCli, folder: Path, endpoint: str) -> dict[str, str]:
    """What makes the CLI note a login in ``folder`` and leave all else as the user has it."""
    if cli.name == "podman":
        return {"REGISTRY_AUTH_FILE": str(folder / "auth.json")}
    if cli.name != "docker":
        return {}
    kept = {key: value for key, value in docker_config.read().items() if key not in docker_config.LOGINS}
    # Where nothing is said of logins docker takes the machine's store, such as a keychain, for them.
    return docker_config.copied(folder, kept | {"auths": {endpoint: {}}})


def _told(error: CliFailed, cli: ContainerCli, doing: str) -> CliFailed:
    said = "\n".join(error.words).lower()
    denied = any(word in said for word in REFUSALS)
    hint = DENIED if denied else hint_for(error, cli)
    # Of its lines that one alone: the others tell how far it had come.
    return CliFailed(f"{doing}: {error.why}", code=error.code, hint=hint)
