"""What runs the containers of a spec with ``--local``: the user's container engine, or the ``local`` commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from s3ecs.cli.parts import parts_of
from s3ecs.errors import S3ecsError, UsageError
from s3ecs.image.cli import CliFailed
from s3ecs.image.complaints import NO_REGISTRY, OutOfReach
from s3ecs.image.held import look
from s3ecs.local.programs import Image, Program
from s3ecs.spec.image import build_of, reference_of
from s3ecs.spec.limits import EPHEMERAL_STORAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.cli.parts import Part
    from s3ecs.image.cli import ContainerCli
    from s3ecs.image.held import Held
    from s3ecs.image.making import Folder, Making
    from s3ecs.report.talk import Talk
    from s3ecs.spec.model import Spec

CONTAINERS: Final = "container"
PROCESSES: Final = "process"
ASKED_FOR: Final = "processes were asked for"


class NotToBeHad(S3ecsError):
    """An image is neither here nor within reach."""


def choose(
    spec: Spec, talk: Talk, making: Making, *, wanted: str | None
) -> Mapping[str, Mapping[str, Program | Image]]:
    """By job and container what runs it, first of all saying which of the two it is; a sidecar may be left out.

    ``wanted`` is one of the two, None for containers where they can be had. Raises UsageError where nothing can run a
    job, CliFailed where its folder does not build.
    """
    parts = list(parts_of(*spec.jobs))
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
        self._found: dict[tuple[str, str], Held | NotToBeHad] = {}

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
        part.check(held)
        return Image(held.id, self._cli.path, self._cli.name)

    def _held(self, part: Part, name: str, folder: Folder | None) -> Held:
        if not (folder and self._making.anew) and (here := look(self._cli, name)):
            return here
        if folder is None:
            self._pull(part, name)
        else:
            self._build(part, folder)
        if here := look(self._cli, name):
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
