"""Building an image from a folder with the container CLI."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from s3ecs.errors import UsageError
from s3ecs.image.cli import CliFailed
from s3ecs.image.complaints import OutOfReach, failed
from s3ecs.image.context import NAME, dockerfile_of, ignore_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.image.cli import ContainerCli
    from s3ecs.spec.model import Build

PLATFORMS: Final = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}
"""The architectures of a spec, as container CLIs call them."""

PLATFORM: Final = "{{.Os}}/{{.Architecture}}"
"""How to ask a CLI what an image is for."""

ATTESTATIONS: Final = "BUILDX_NO_DEFAULT_ATTESTATIONS"
"""What makes docker's BuildKit push an image alone. Whoever wants the other sets it to 0."""

STAGES: Final = re.compile(
    r"^Step \d+/\d+ : FROM (?P<words>.+)\n(?:(?!Step ).*\n)*? ---> (?P<id>[0-9a-f]+)$", re.MULTILINE | re.IGNORECASE
)
"""What docker without BuildKit writes of the beginning of a stage: the words after FROM, and the image that it took."""


class OtherProcessor(UsageError):
    """What was built is for another processor than was asked for."""


def build(
    cli: ContainerCli,
    source: Build,
    platform: str,
    tag: str,
    *,
    lines: Callable[[str], None] | None = None,
    anew: bool = False,
) -> str:
    """Build ``source`` for ``platform``, call it ``tag``, and return its id in the CLI's own store.

    ``anew`` takes nothing from the CLI's cache, and newer base images where these can be had. Raises OtherProcessor,
    CliFailed with the build's last lines, UsageError where there is nothing to build or the CLI does not hold it then.
    """
    say = lines or (lambda _: None)
    once = partial(_built, cli, source, platform, tag, lines=lines)
    if not anew:
        try:
            return once()
        except (OtherProcessor, CliFailed) as error:
            if not _is_of_cache(error):
                raise
        say(f"the cache holds this for another processor than {platform}: once more without it")
    if cli.name == "podman":  # it makes do with what is here by itself
        return once("--no-cache", "--pull=newer")
    try:
        return once("--no-cache", "--pull")
    except OutOfReach as error:
        say(f"no newer base image can be had ({error.why}): once more without asking for one")
    return once("--no-cache")


def _is_of_cache(error: OtherProcessor | CliFailed) -> bool:
    """Whether it may come of a cache that tells no processors apart: Podman's, or docker's without BuildKit."""
    return isinstance(error, OtherProcessor) or "does not match the specified platform" in error.why


def _built(
    cli: ContainerCli, source: Build, platform: str, tag: str, *more: str, lines: Callable[[str], None] | None
) -> str:
    words = [*more, "--platform", platform, "--file", str(dockerfile_of(source)), "--tag", tag]
    words += ["--target", source.target] if source.target else []
    words += [word for name, value in sorted(source.args.items()) for word in ("--build-arg", f"{name}={value}")]
    words += ["--force-rm"] if cli.name == "docker" else []  # it alone keeps the container of a step that failed
    if cli.name == "podman" and (ignored := ignore_file(source)):
        words += ["--ignorefile", str(ignored)]  # the one that counts for the others, too
    try:
        said = cli.run("build", *words, str(source.folder), lines=lines, environment=_environment(source))
    except CliFailed as error:
        message = f"building {source.folder} with {cli.name}: exit code {error.code}"
        mend = f"mend {source.dockerfile}, or what it copies; {NAME} says what a build does not see"
        raise failed(message, error, cli, otherwise=mend) from error
    try:  # by its name: the engine may not know what a CLI writes into an --iidfile
        identity, made_for = cli.run("image", "inspect", "--format", f"{{{{.Id}}}} {PLATFORM}", tag).split()
    except CliFailed as error:
        raise UsageError(
            f"{cli.name} has built {source.folder}, and its engine does not hold it: {error.why}",
            hint="let a builder build that is the engine's own, as BUILDX_BUILDER=default does",
        ) from error
    if wrong := _wrong(cli, identity, made_for, platform, said):
        with suppress(CliFailed):
            cli.run("rmi", tag)  # nobody shall find it by that name
        how, mending = wrong
        raise OtherProcessor(
            f"{source.folder} was built {how}, and the job wants {platform}",
            hint=f"set architecture: in the spec, or let FROM name {mending}",
        )
    return f"sha256:{identity.removeprefix('sha256:')}"


def _environment(source: Build) -> dict[str, str]:
    """What makes docker's build one image, and of nothing that is to be left out.

    The image alone, and not a list of it and of how it was made, is scanned, counted and deleted as one. Without
    BuildKit docker reads no other file than the folder's own of what a build does not see.
    """
    alone = {ATTESTATIONS: os.environ.get(ATTESTATIONS, "1")}
    return alone if ignore_file(source) in {None, source.folder / NAME} else alone | {"DOCKER_BUILDKIT": "1"}


def _wrong(cli: ContainerCli, image: str, made_for: str, platform: str, said: str) -> tuple[str, str] | None:
    """In words, how an image is for another processor and what FROM should name instead; None where it is not."""
    if made_for != platform:
        return f"for {made_for}", "no platform of its own"
    bases = _parents(cli, image) if cli.name == "podman" else _begun_with(said)
    found = cli.run("image", "inspect", "--format", PLATFORM, *bases).split() if bases else []
    other = next((each for each in found if each != platform), None)
    return (f"upon an image for {other}", f"an image that there is for {platform}") if other else None


def _parents(cli: ContainerCli, image: str) -> list[str]:
    """The images that one was built upon, the nearest first.

    Podman takes an image for another processor where a registry has no other, warns, and calls what is built upon it
    made for the processor that was asked for. The others call it what its base is.
    """
    told = json.loads(cli.run("images", "--all", "--format", "json"))
    parents = {each["Id"]: each["ParentId"] for each in told}
    found = []
    while image := parents.get(image.removeprefix("sha256:"), ""):
        found.append(image)
    return found


def _begun_with(said: str) -> list[str]:
    """The images that the stages begin with, but for those whose FROM says a platform, and for stages themselves.

    docker without BuildKit takes an image that is here whatever it is for, and is alone in telling which.
    """
    stages: set[str] = set()
    found = []
    for step in STAGES.finditer(said):
        image, *name = step["words"].lower().split()
        if not image.startswith("--platform") and image not in stages:
            found.append(step["id"])
        stages.update(name[-1:] if "as" in name[-2:-1] else ())
    return found
