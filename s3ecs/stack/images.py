"""The images of a job's containers: a URI, an ECR repository of this account, or what is built from a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from s3ecs.resources.image import Contents, Image
from s3ecs.resources.repository import Repository
from s3ecs.spec.image import build_of
from s3ecs.spec.model import Build, Sidecar

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.aws.environment import Environment
    from s3ecs.engine.resource import Resource
    from s3ecs.spec.model import Job, Spec
    from s3ecs.stack.names import JobNames

Maker = Callable[[Build, str], Contents]
"""Says what is built from a folder for an architecture; the same contents for the same folder."""


@dataclass(frozen=True)
class Images:
    """Where the images of a stack come from.

    Without a ``maker`` nothing is built, as where a stack is only taken down. The embedded AWS has no registry: there a
    folder is called ``local/NAME``, and whoever runs it knows what that is.
    """

    spec: Spec
    environment: Environment
    maker: Maker | None = None
    anew: bool = False
    made: dict[str, tuple[Repository, Image | None]] = field(default_factory=dict)

    def of(self, part: Job | Sidecar, job: Job, names: JobNames, common: Any) -> str | Image:
        """What a container runs: ``part`` is the ``job`` itself or one of its sidecars."""
        build = build_of(part.image, self.spec.folder)
        if build is None:
            return image_of(part, self.spec.folder, self.environment)
        sidecar = part.name if isinstance(part, Sidecar) else None
        if self.environment.local:
            return local_name(self.spec, job, sidecar)
        name = names.repository(sidecar)
        repository = Repository(name=name, **common)
        image = None
        if self.maker is not None:
            contents = self.maker(build, job.architecture)
            image = Image(name=name, part=job.name, repository=repository, contents=contents, anew=self.anew)
        self.made[name] = (repository, image)
        return image or local_name(self.spec, job, sidecar)

    def resources(self) -> list[Resource]:
        """Every repository, and the image in it."""
        return [each for pair in self.made.values() for each in pair if each is not None]


def local_name(spec: Spec, job: Job, sidecar: str | None) -> str:
    """What the image of a folder is called where no registry is."""
    return "local/" + "-".join([spec.name, job.name, *([sidecar] if sidecar else [])])


def image_of(part: Job | Sidecar, folder: Path, environment: Environment) -> str:
    """The URI of an image that a registry holds, in full. Raises ValueError for a folder."""
    if isinstance(part.image, Build) or build_of(part.image, folder) is not None:
        raise ValueError(f"{part.name} has a folder, which no registry holds")
    if _has_registry(part.image):
        return part.image
    return f"{environment.account}.dkr.ecr.{environment.region}.{environment.dns_suffix}/{part.image}"


def _has_registry(image: str) -> bool:
    """Whether an image names its registry: the part before the first slash has a dot or a port, or is localhost."""
    host, slash, _ = image.partition("/")
    return bool(slash) and ("." in host or ":" in host or host == "localhost")
