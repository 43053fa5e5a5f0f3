"""What runs the containers of a spec with ``--local``: the user's container engine, or the ``local`` commands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from s3ecs.errors import S3ecsError, UsageError
from s3ecs.image.build import PLATFORMS, build
from s3ecs.image.cli import CliFailed, ContainerCli, EngineDown
from s3ecs.local.programs import Image, Program
from s3ecs.resources.task_definition import CONTAINER
from s3ecs.spec.image import build_of, reference_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from s3ecs.report.talk import Talk
    from s3ecs.spec.model import Build, Job, Sidecar, Spec

CONTAINERS: Final = "container"
PROCESSES: Final = "process"


class _NotToBeHad(S3ecsError):
    """An image is neither here nor within reach."""


@dataclass(frozen=True)
class Part:
    """One container of a job: the job's own, or a sidecar."""

    job: Job
    name: str
    given: Job | Sidecar

    @property
    def path(self) -> str:
        """Where it stands in the spec."""
        return f"jobs.{self.job.name}" + ("" if self.given is self.job else f".sidecars.{self.name}")


def choose(spec: Spec, talk: Talk, *, wanted: str | None) -> Mapping[str, Mapping[str, Program | Image]]:
    """By job and container what runs it, after saying which of the two it is; a sidecar may be left out.

    ``wanted`` is one of the two, None for containers where they can be had. Raises UsageError where nothing can run a
    job, S3ecsError where its folder does not build.
    """
    engine, why = _engine(wanted)
    if engine is None:
        talk.say(f"jobs run as processes: {why}")
        return _by_job(spec, lambda part: _process(part, spec.folder, why))
    talk.say(f"jobs run as containers, by {engine.name}")
    images = _Images(engine, spec, talk)

    def contained(part: Part) -> Program | Image | None:
        try:
            return images.of(part)
        except _NotToBeHad as error:
            if wanted == CONTAINERS:
                raise
            found = _process(part, spec.folder, str(error))
            talk.say(f"{part.path} {'runs as a process' if found else 'is left out'}: {error}")
            return found

    return _by_job(spec, contained)


def _by_job(spec: Spec, found: Callable[[Part], Program | Image | None]) -> Mapping[str, Mapping[str, Program | Image]]:
    return {job.name: {part.name: one for part in _parts(job) if (one := found(part)) is not None} for job in spec.jobs}


def _parts(job: Job) -> Iterator[Part]:
    yield Part(job, CONTAINER, job)
    yield from (Part(job, each.name, each) for each in job.sidecars)


def _engine(wanted: str | None) -> tuple[ContainerCli | None, str]:
    """The container CLI, None with the reason where processes are to run."""
    if wanted == PROCESSES:
        return None, "processes were asked for"
    try:
        found = ContainerCli.find()
    except EngineDown as error:
        if wanted == CONTAINERS:
            raise
        return None, str(error)
    if found is None and wanted == CONTAINERS:
        raise UsageError("there is no container CLI", hint="install docker, podman or finch, or pass --runner process")
    return found, "there is no container CLI"


def _process(part: Part, folder: Path, why: str) -> Program | None:
    """Raises UsageError where a job has no command; a sidecar without one is left out of its tasks."""
    if part.given.local:
        return Program(argv=part.given.local, folder=str(folder.resolve()))
    if part.given is part.job:
        raise UsageError(
            f"--local cannot run {part.path}: there is no local: command, and {why}",
            hint='start a container engine, or add local: to the job, such as local: ["python3", "main.py"]',
        )
    return None


class _Images:
    """The images of a spec in one engine, each found or built once."""

    def __init__(self, cli: ContainerCli, spec: Spec, talk: Talk) -> None:
        self._cli, self._spec, self._talk = cli, spec, talk
        self._found: dict[str, Image] = {}

    def of(self, part: Part) -> Image:
        """Raises _NotToBeHad for one that is neither here nor within reach, UsageError for one that cannot run."""
        key = repr((part.given.image, part.job.architecture))
        if key not in self._found:
            self._found[key] = self._image(part)
        return self._found[key]

    def _image(self, part: Part) -> Image:
        source = build_of(part.given.image, self._spec.folder)
        name = reference_of(part.given) if source is None else self._built(part, source)
        told = self._inspected(name)
        if told is None and source is None:
            self._pull(part)
            told = self._inspected(name)
        if told is None:
            raise _NotToBeHad(f"{self._cli.name} has no image {name}")
        identity, architecture, entry = told
        _check(part, architecture, entry)
        return Image(f"sha256:{identity.removeprefix('sha256:')}", self._cli.path, self._cli.name)

    def _built(self, part: Part, source: Build) -> str:
        tag = f"localhost/s3ecs/{self._spec.name}-{part.job.name}-{part.name}".lower()
        self._talk.say(f"building {reference_of(part.given)} with {self._cli.name}")
        try:
            return build(self._cli, source, PLATFORMS[part.job.architecture], tag)
        except CliFailed as error:
            if any("initializing source" in line or "failed to resolve" in line for line in error.words):
                raise _NotToBeHad(f"its base image is out of reach ({error.words[-1]})") from error
            raise

    def _pull(self, part: Part) -> None:
        image = reference_of(part.given)
        if "." not in image.partition("/")[0]:
            raise _NotToBeHad(f"{self._cli.name} has no image {image}, and a repository of the account is not pulled")
        self._talk.say(f"pulling {image} with {self._cli.name}")
        try:
            self._cli.run("pull", "--platform", PLATFORMS[part.job.architecture], image)
        except CliFailed as error:
            raise _NotToBeHad(f"{image} cannot be pulled ({error.words[-1]})") from error

    def _inspected(self, name: str) -> tuple[str, str, bool] | None:
        """Id, architecture, and whether there is something to run in it."""
        try:
            (told,) = json.loads(self._cli.run("image", "inspect", name))
        except CliFailed:
            return None
        config = told.get("Config") or {}
        return told["Id"], told["Architecture"], bool(config.get("Entrypoint") or config.get("Cmd"))


def _check(part: Part, architecture: str, entry: bool) -> None:
    if f"linux/{architecture}" != (wanted := PLATFORMS[part.job.architecture]):
        raise UsageError(
            f"{part.path}: the image {reference_of(part.given)} is for {architecture}, not for {wanted}",
            hint=f"build it for {wanted}, or say architecture: in the spec",
        )
    if not entry and not part.given.command:
        raise UsageError(
            f"{part.path}: the image {reference_of(part.given)} has neither an entrypoint nor a command",
            hint="say ENTRYPOINT in its Dockerfile, or command: in the spec",
        )
