"""The containers of a spec, and what their images have to be. Imported by commands' bodies only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3ecs.errors import UsageError
from s3ecs.image.build import PLATFORMS
from s3ecs.resources.task_definition import CONTAINER
from s3ecs.spec.image import reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.image.held import Held
    from s3ecs.spec.model import Job, Sidecar
    from s3ecs.stack.names import StackNames


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

    def repository(self, names: StackNames) -> str:
        """The name of the repository, and of the image in it, where it is built from a folder."""
        return names.job(self.job.name).repository(None if self.is_worker else self.name)

    def check(self, held: Held) -> None:
        """Raises UsageError where this image is not one that it could run."""
        image = reference_of(self.given)
        if held.platform != self.platform:
            raise UsageError(
                f"{self.path}: the image {image} is for {held.platform}, not for {self.platform}",
                hint=f"get it for {self.platform}, or set architecture: in the spec",
            )
        if not held.is_complete and not self.given.command:
            raise UsageError(
                f"{self.path}: the image {image} has neither an entrypoint nor a command",
                hint="write an ENTRYPOINT into its Dockerfile, or command: into the spec",
            )


def parts_of(*jobs: Job) -> Iterator[Part]:
    """Every container of these jobs."""
    for job in jobs:
        yield Part(job, CONTAINER, job)
        yield from (Part(job, each.name, each) for each in job.sidecars)
