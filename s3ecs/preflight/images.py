"""The containers' images: are they in their repository, and for the right processor?"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from s3ecs.aws.faults import unless
from s3ecs.preflight.finding import Finding, Verdict, found_out
from s3ecs.spec.image import build_of, reference_of
from s3ecs.stack.images import image_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.preflight import Look
    from s3ecs.spec.model import Job, Sidecar, Spec

GROUP: Final = "images"
HINT: Final = "push it there, or write another image: in the spec"
MANIFESTS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
PLATFORMS: Final = {"x86_64": "amd64", "arm64": "arm64"}


def containers_of(job: Job) -> Iterator[Job | Sidecar]:
    """The job's own container and those beside it."""
    yield job
    yield from job.sidecars


def images_of(spec: Spec, environment: Environment) -> dict[str, str]:
    """Every image that a registry holds, with the architecture that it is wanted for."""
    return {
        image_of(part, spec.folder, environment): job.architecture
        for job in spec.jobs
        for part in containers_of(job)
        if build_of(part.image, spec.folder) is None
    }


def is_ecr(image: str) -> bool:
    """Whether an image is in a private registry of ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME."""
    return image.partition("/")[0].split(".")[1:3] == ["dkr", "ecr"]


def check(look: Look) -> list[Finding]:
    """One finding for each image; only those in ECR of this region can be asked for."""
    asked = [
        partial(found_out, GROUP, image, partial(_there, look, image, architecture))
        for image, architecture in images_of(look.spec, look.aws.environment).items()
    ]
    folders = [
        Finding(GROUP, reference_of(part), Verdict.SKIPPED, "a folder, which up builds")
        for job in look.spec.jobs
        for part in containers_of(job)
        if build_of(part.image, look.spec.folder) is not None
    ]
    return [*folders, *(each for answers in (look.aws.together(*asked) if asked else ()) for each in answers)]


def _there(look: Look, image: str, architecture: str) -> Iterator[Finding]:
    host, _, path = image.partition("/")
    if not is_ecr(image) or host.split(".")[3] != look.aws.environment.region:
        yield Finding(GROUP, image, Verdict.SKIPPED, "its registry is not ECR of this region")
        return
    repository, which = _parted(path)
    answer = unless(
        {"RepositoryNotFoundException"},
        lambda: look.aws.client("ecr").batch_get_image(
            registryId=host.partition(".")[0],
            repositoryName=repository,
            imageIds=[which],
            acceptedMediaTypes=list(MANIFESTS),
        ),
    )
    if answer is None:
        yield Finding(GROUP, image, Verdict.NOT_OK, f"there is no repository {repository}", HINT)
    elif not answer.get("images"):
        yield Finding(GROUP, image, Verdict.NOT_OK, f"the repository holds no {next(iter(which.values()))}", HINT)
    else:
        yield _for_the_processor(image, json.loads(answer["images"][0]["imageManifest"]), architecture)


def _for_the_processor(image: str, manifest: dict[str, Any], architecture: str) -> Finding:
    """Only an index says which processors it is for; a single manifest says so in a blob that only a pull brings."""
    platforms = [each.get("platform", {}) for each in manifest.get("manifests", ())]
    known = sorted({each["architecture"] for each in platforms if each.get("os") == "linux"})
    if known and PLATFORMS[architecture] not in known:
        why = f"it is for linux on {', '.join(known)}, not on {architecture}"
        return Finding(GROUP, image, Verdict.NOT_OK, why, f"build it for {architecture}, or mend architecture:")
    return Finding(GROUP, image, Verdict.OK, "" if known else "for which processor is not told")


def _parted(path: str) -> tuple[str, dict[str, str]]:
    """Repository, and which image of it as ECR wants it said; without a word it is the tag ``latest``."""
    name, at, digest = path.partition("@")
    if at:
        return name.partition(":")[0], {"imageDigest": digest}
    repository, _, tag = name.partition(":")
    return repository, {"imageTag": tag or "latest"}
