"""The image of a job: a URI, an ECR repository of this account, or a folder that the embedded AWS stands in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.errors import UsageError
from s3ecs.spec.image import folder_of

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.spec.model import Job, Spec


def image_of(job: Job, spec: Spec, environment: Environment) -> str:
    """What the task definition names; for a folder a name that no registry knows."""
    if folder_of(job.image, spec.folder) is not None:
        return f"local/{spec.name}-{job.name}"
    if _has_registry(job.image):
        return job.image
    return f"{environment.account}.dkr.ecr.{environment.region}.{environment.dns_suffix}/{job.image}"


def refuse_folders(spec: Spec, environment: Environment) -> None:
    """Raises UsageError where a job's image is a folder and this is not the embedded AWS: nobody builds it yet."""
    folders = [job for job in spec.jobs if folder_of(job.image, spec.folder) is not None]
    if folders and not environment.local:
        named = "; ".join(f"jobs.{job.name}.image: {job.image} is a folder" for job in folders)
        raise UsageError(
            f"{named}; images are not built here yet", hint="push the image and name its URI, or run with --local"
        )


def _has_registry(image: str) -> bool:
    """Whether an image names its registry: the part before the first slash has a dot or a port, or is localhost."""
    host, slash, _ = image.partition("/")
    return bool(slash) and ("." in host or ":" in host or host == "localhost")
