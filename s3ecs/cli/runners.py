"""What runs the containers of a spec with ``--local``: the user's container engine, or the ``local`` commands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from s3ecs.errors import S3ecsError, UsageError
from s3ecs.image.build import PLATFORMS
from s3ecs.image.cli import CliFailed
from s3ecs.image.complaints import NO_REGISTRY, OutOfReach
from s3ecs.local.programs import Image, Program
from s3ecs.resources.task_definition import CONTAINER
from s3ecs.spec.image import build_of, reference_of
from s3ecs.spec.limits import EPHEMERAL_STORAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.image.cli import ContainerCli
    from s3ecs.image.making import Folder, Making
    from s3ecs.report.talk import Talk
    from s3ecs.spec.model import Job, Sidecar, Spec

CONTAINERS: Final = "container"
PROCESSES: Final = "process"
ASKED_FOR: Final = "processes were asked for"


class NotToBeHad(S3ecsError):
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
        return f"jobs.{self.job.name}" + ("" if self.is_worker else f".sidecars.{self.name}")

    @property
    def is_worker(self) -> bool:
        """Whether it is the job's own; a task can do without the others."""
        return self.given is self.job

    @property
    def platform(self) -> str:
        """What its image has to be for."""
        return PLATFORMS[self.job.architecture]


def choose(
    spec: Spec, talk: Talk, making: Making, *, wanted: str | None
) -> Mapping[str, Mapping[str, Program | Image]]:
    """By job and container what runs it, first of all saying which of the two it is; a sidecar may be left out.

    ``wanted`` is one of the two, None for containers where they can be had. Raises UsageError where nothing can run a
    job, CliFailed where its folder does not build.
    """
    parts = [part for job in spec.jobs for part in _parts(job)]
    cli, why = _engine(making, wanted)
    lacking = dict.fromkeys((part.path for part in parts), why)
    found: dict[str, Image] = {}
    if cli is not None:
        _tell(talk, f"jobs run as containers, by {cli.name}", runner=CONTAINERS, cli=cli.name)
        _tell_what_is_not_applied(talk, spec)
        images = _Images(cli, spec, talk, making)
        for part in parts:
            try:
                found[part.path] = images.of(part)
            except NotToBeHad as error:
                if wanted == CONTAINERS:
                    raise
                lacking[part.path] = str(error)
    folder = str(spec.folder.resolve())
    chosen: dict[str, dict[str, Program | Image]] = {job.name: {} for job in spec.jobs}
    for part in parts:
        if part.path in found:
            chosen[part.job.name][part.name] = found[part.path]
        elif part.given.local:
            chosen[part.job.name][part.name] = Program(argv=part.given.local, folder=folder)
    _refuse([part.path for part in parts if part.is_worker and part.name not in chosen[part.job.name]], lacking)
    if cli is None:
        _tell(talk, f"jobs run as processes, not as containers: {why}", runner=PROCESSES, why=why)
    elif not found:
        why = lacking[parts[0].path]
        _tell(talk, f"jobs run as processes after all: {why}", runner=PROCESSES, why=why)
    else:
        _tell_exceptions(talk, parts, chosen, lacking)
    return chosen


def _tell(talk: Talk, words: str, **facts: str | None) -> None:
    """What runs the jobs: the first that is said, so before whatever getting their images says."""
    talk.event("runner", **facts)
    talk.say(words)


def _tell_what_is_not_applied(talk: Talk, spec: Spec) -> None:
    """What a job asks for and no engine does: most have no disk of a size for each container."""
    least, _ = EPHEMERAL_STORAGE
    for job in spec.jobs:
        if job.ephemeral_storage > least:
            path, why = f"jobs.{job.name}.ephemeral_storage", "a container may fill the whole disk of its engine"
            talk.event("not applied", of=path, why=why)
            talk.say(f"  {path} is not applied here: {why}")


def _tell_exceptions(
    talk: Talk,
    parts: list[Part],
    chosen: Mapping[str, Mapping[str, Program | Image]],
    lacking: Mapping[str, str],
) -> None:
    for part in parts:
        why = lacking[part.path]
        match chosen[part.job.name].get(part.name):
            case Program():
                _tell(talk, f"  {part.path} runs as a process: {why}", of=part.path, runner=PROCESSES, why=why)
            case None:
                _tell(talk, f"  {part.path} is left out: {why}", of=part.path, runner=None, why=why)


def _refuse(paths: list[str], why: Mapping[str, str]) -> None:
    """Raises UsageError where there are jobs that nothing can run."""
    if paths:
        raise UsageError(
            f"--local cannot run {', '.join(paths)}: there is no local: command, and {why[paths[0]]}",
            hint='start a container engine, or add local: to the job, such as local: ["python3", "main.py"]',
        )


def _parts(job: Job) -> Iterator[Part]:
    yield Part(job, CONTAINER, job)
    yield from (Part(job, each.name, each) for each in job.sidecars)


def _engine(making: Making, wanted: str | None) -> tuple[ContainerCli | None, str]:
    """The container CLI, None with the reason where processes are to run."""
    if wanted == PROCESSES:
        return None, ASKED_FOR
    try:
        return making.cli(), ""
    except UsageError as error:
        if wanted == CONTAINERS:
            raise
        return None, str(error)


class _Images:
    """The images of a spec in one engine, each found, pulled or built once."""

    def __init__(self, cli: ContainerCli, spec: Spec, talk: Talk, making: Making) -> None:
        self._cli, self._spec, self._talk, self._making = cli, spec, talk, making
        self._found: dict[tuple[str, str], _Held | NotToBeHad] = {}

    def of(self, part: Part) -> Image:
        """Raises NotToBeHad for one that is neither here nor within reach, UsageError for one that cannot run."""
        build = build_of(part.given.image, self._spec.folder)
        folder = self._making(build, part.job.architecture) if build else None
        name = reference_of(part.given) if folder is None else f"s3ecs:{folder.source()}"
        if (name, part.platform) not in self._found:
            try:
                self._found[name, part.platform] = self._held(part, name, folder)
            except NotToBeHad as error:
                self._found[name, part.platform] = error
        held = self._found[name, part.platform]
        if isinstance(held, NotToBeHad):
            raise held
        _check(part, held)
        return Image(held.id, self._cli.path, self._cli.name)

    def _held(self, part: Part, name: str, folder: Folder | None) -> _Held:
        if not (folder and self._making.anew) and (here := self._look(name)):
            return here
        if folder is None:
            self._pull(part, name)
        else:
            self._build(part, folder)
        if here := self._look(name):
            return here
        raise NotToBeHad(f"{self._cli.name} has no image {name}, although it has just got it")

    def _build(self, part: Part, folder: Folder) -> None:
        """A folder that does not build is an error: only what is not here can be done without."""
        self._talk.say(f"building {reference_of(part.given)} with {self._cli.name}")
        try:
            folder.make()
        except OutOfReach as error:
            why = f"the base image of {reference_of(part.given)} is out of reach: {error.why}"
            raise NotToBeHad(why, hint=error.hint) from error

    def _pull(self, part: Part, name: str) -> None:
        """One without a registry is a repository of the account; somebody else's of that name is not taken for it."""
        if not {".", ":"} & set(name.partition("/")[0] if "/" in name else ""):
            raise NotToBeHad(
                f"{self._cli.name} has no image {name}",
                hint=f"build it with that name, or write its registry: docker.io/{name}",
            )
        self._talk.say(f"pulling {name} with {self._cli.name}")
        try:
            self._cli.run("pull", "--platform", part.platform, name, lines=self._making.lines_of(name))
        except CliFailed as error:
            raise NotToBeHad(f"{name} cannot be pulled: {error.why}", hint=NO_REGISTRY) from error

    def _look(self, name: str) -> _Held | None:
        try:
            (told,) = json.loads(self._cli.run("image", "inspect", name))
        except CliFailed:
            return None
        config = told.get("Config") or {}
        return _Held(
            f"sha256:{told['Id'].removeprefix('sha256:')}",
            f"{told['Os']}/{told['Architecture']}",
            bool(config.get("Entrypoint") or config.get("Cmd")),
        )


@dataclass(frozen=True)
class _Held:
    """An image that an engine has; ``is_complete`` says that it knows by itself what to run."""

    id: str
    platform: str
    is_complete: bool


def _check(part: Part, held: _Held) -> None:
    image = reference_of(part.given)
    if held.platform != part.platform:
        raise UsageError(
            f"{part.path}: the image {image} is for {held.platform}, not for {part.platform}",
            hint=f"get it for {part.platform}, or set architecture: in the spec",
        )
    if not held.is_complete and not part.given.command:
        raise UsageError(
            f"{part.path}: the image {image} has neither an entrypoint nor a command",
            hint="write an ENTRYPOINT into its Dockerfile, or command: into the spec",
        )
