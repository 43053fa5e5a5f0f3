"""What container CLIs say where they fail, who says it, and what a user can do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from s3ecs.image.cli import CliFailed
from s3ecs.image.context import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.image.cli import ContainerCli

    Hints = Mapping[str, tuple[str, ...]]

NO_REGISTRY: Final = "check the name in FROM, the network, and that you are signed in to its registry"

ANYBODYS: Final[Hints] = {
    "make room on the disk; old images go with: {cli} image prune": (
        "no space left on device",
        "disk quota exceeded",
        "storing layer .* to file: io: read/write on closed pipe",  # podman, of its folder for temporary files
    ),
    "this is for another processor: set architecture: in the spec, or let this machine run both (QEMU's binfmt)": (
        "exec format error",
        "does not match the (specified|expected) platform",
        "no match for platform",
        "no image found in .* for architecture",
    ),
    f"install docker's plug-in buildx, or unset DOCKER_BUILDKIT; a {NAME} named after a Dockerfile takes it": (
        "buildx component is missing",  # with a line after it
    ),
}
"""What to do where one of these is said in any line, also by a program that the build runs."""

OWN: Final[Hints] = {
    NO_REGISTRY: (
        "pull access denied",
        "manifest unknown",
        "name unknown",
        "repository does not exist",
        "failed to resolve (source metadata|reference)",  # BuildKit, containerd
        "failed to copy: httpReadSeeker",  # containerd, of a layer
        "(initializing source|source docker://|reading (manifest|blob))",  # podman
        'short-name ("[^"]+" did not resolve|resolution )',
        "(error pulling image|download failed after attempts)",  # docker
        r'^(invalid from flag value \S+: )?(Get|Head) "https?://[^/"]+/v2/',  # docker without BuildKit
    ),
    "name a stage above it after --from=, or an image that can be pulled": (
        "no stage or image found",  # podman, of both
    ),
    "write a stage of the Dockerfile after target:": (
        "failed to reach build target",
        "target stage .* could not be found",
        "the target .* was not found",
    ),
}
"""What to do where the builder itself says one of these in the end; a program that it runs may mean other things."""

OF_PROGRAMS: Final = re.compile("while running runtime|did not complete successfully|returned a non-zero code")
"""The builder's words, podman's, BuildKit's and docker's, for a program of the build that has failed; they quote it."""

SOLVING: Final = re.compile("(error: )?failed to solve: ", re.IGNORECASE)
"""How BuildKit's last words begin, after which the CLI may have some of its own."""


class OutOfReach(CliFailed):
    """An image that a build takes from elsewhere is neither here nor can it be pulled."""


def failed(message: str, error: CliFailed, cli: ContainerCli, *, otherwise: str) -> CliFailed:
    """A build's failure with its last lines, and a hint: ``otherwise`` where its words tell of nothing else."""
    hint = hint_for(error, cli)
    kind = OutOfReach if hint == NO_REGISTRY else CliFailed
    return kind(message, code=error.code, words=error.words, why=_own(error), hint=hint or otherwise)


def hint_for(error: CliFailed, cli: ContainerCli) -> str | None:
    """What to do about a failure, where its words tell."""
    own = _own(error)
    of_program = OF_PROGRAMS.search(f"{own}\n{error.why}")
    hints = [*_found(ANYBODYS, "\n".join(error.words)), *(() if of_program else _found(OWN, own))]
    return next((hint.format(cli=cli.name) for hint in hints), None)


def _own(error: CliFailed) -> str:
    """What the builder itself says went wrong."""
    return next((line for line in reversed(error.words) if SOLVING.match(line)), error.why)


def _found(hints: Hints, said: str) -> Iterator[str]:
    return (hint for hint, words in hints.items() if re.search("|".join(words), said, re.IGNORECASE))
