"""The image of a container: a URI, an ECR repository of this account, or a folder that --local stands in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.errors import UsageError
from s3ecs.spec.image import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from s3ecs.aws.environment import Environment
    from s3ecs.spec.model import Job, Sidecar, Spec


def image_of(part: Job | Sidecar, name: str, folder: Path, environment: Environment) -> str:
    """What the task definition names; for a folder ``name`` where no registry is."""
    if folder_of(part.image, folder) is not None:
        return f"local/{name}"
    if _has_registry(part.image):
        return part.image
    return f"{environment.account}.dkr.ecr.{environment.region}.{environment.dns_suffix}/{part.image}"


def refuse_folders(spec: Spec, environment: Environment) -> None:
    """Raises UsageError where a job's image is a folder and this is not the embedded AWS: nobody builds it yet."""
    folders = [(path, image) for path, image in _images(spec) if folder_of(image, spec.folder) is not None]
    if folders and not environment.local:
        named = "; ".join(f"{path}.image: {image} is a folder" for path, image in folders)
        raise UsageError(
            f"{named}; images are not built here yet", hint="push the image and name its URI, or run with --local"
        )


def _images(spec: Spec) -> Iterator[tuple[str, str]]:
    for job in spec.jobs:
        yield f"jobs.{job.name}", job.image
        for each in job.sidecars:
            yield f"jobs.{job.name}.sidecars.{each.name}", each.image


def _has_registry(image: str) -> bool:
    """Whether an image names its registry: the part before the first slash has a dot or a port, or is localhost."""
    host, slash, _ = image.partition("/")
    return bool(slash) and ("." in host or ":" in host or host == "localhost")
