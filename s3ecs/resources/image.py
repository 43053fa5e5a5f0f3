"""An image in a repository of the stack's own, built from a folder and named by what went into it."""

from __future__ import annotations

import re
from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.aws.hidden import look_into
from s3ecs.engine.resource import Found, Ids, Observed, Props, Resource, kept_for
from s3ecs.resources.repository import GONE, Repository, described

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

# AWS: what a container CLI asks for on its way, finding out first what is there already.
PUSHING: Final = (
    *("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
    *("ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"),
)
SEEN_WITHIN: Final = 60.0  # seconds
TAG: Final = re.compile(r"[0-9a-f]{32}(-[0-9]+)?")
"""A tag that only ``up`` gives: a hash of contents, and which of the images of these it is."""


class Contents(Protocol):
    """What an image is made of, and the way to make it: whoever knows folders and container CLIs hands it in."""

    def source(self) -> str:
        """A hash of everything that goes into it, 32 hexadecimal digits; the first to ask has it computed."""

    def push(self, aws: Aws, repository: str, tag: str) -> None:
        """Build it where that has not been done, and push it into the repository of this URI."""

    def make(self) -> str:
        """Build it where that has not been done; its id on this machine."""

    def changed(self, repository: str | None) -> str:
        """In words, what is not as it was when it was last pushed there; None for a repository to be made."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Image(Resource):
    """Its name is its repository's, its id the URI that pins it: ``repository@digest``.

    Its tags are the hash of its contents, and ``HASH-2``, ``HASH-3`` for what was built of the same again: the highest
    counts. With ``anew`` what there is does not count, and the next of them is made.
    """

    kind: ClassVar[str] = "image"

    repository: Repository
    contents: Contents
    anew: bool = False

    def desired(self, ids: Ids) -> Props:
        return {"source": self.contents.source(), "repository": ids.of(self.repository)}

    def read(self, aws: Aws) -> Observed | None:
        source = self.contents.source()
        if self.anew:
            return None
        there, images = aws.all_of_it(lambda: described(aws, self.name), lambda: tagged(aws, self.name))
        highest = max(images or (), key=lambda each: _number(each, source), default=None)
        if there is None or highest is None or not _number(highest, source):
            return None
        uri = there["repositoryUri"]
        props = {"source": source, "repository": uri}
        return Observed(f"{uri}@{highest['imageDigest']}", props, self.repository.stack)

    def create(self, aws: Aws, props: Props) -> str:
        source, uri = props["source"], props["repository"]
        highest = max((_number(each, source) for each in tagged(aws, self.name)), default=0)
        tag = f"{source}-{highest + 1}" if highest else source
        try:
            self.contents.push(aws, uri, tag)
        except Exception:
            if self._digest(aws, tag) is None:  # else somebody has pushed the same meanwhile, and tags are written once
                raise
        found: list[str] = []

        def seen() -> bool:
            digest = self._digest(aws, tag)
            found.extend([digest] if digest else [])
            return bool(digest)

        aws.wait_until(f"image {self.name}:{tag} to be seen", seen, seconds=SEEN_WITHIN)
        return f"{uri}@{found[0]}"

    def _digest(self, aws: Aws, tag: str) -> str | None:
        return next((each["imageDigest"] for each in tagged(aws, self.name) if tag in each.get("imageTags", ())), None)

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        raise NotImplementedError(f"{self.title} never changes")

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.arn("ecr", f"repository/{self.name}")
        yield grant.read("ecr:DescribeImages", on=arn)
        yield grant.unleveled("ecr:GetAuthorizationToken", verb=grant.Verb.CREATE)
        yield grant.create(*PUSHING, on=arn)
        # Those that newer ones have taken the place of; all others go with their repository.
        yield grant.update("ecr:BatchDeleteImage", on=arn)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        """Raises Refused where an index of somebody's refers to it."""
        which = [{"imageDigest": found.id.rpartition("@")[2]}]
        answer = unless(GONE, lambda: aws.client("ecr").batch_delete_image(repositoryName=found.name, imageIds=which))
        failures = (answer or {}).get("failures", ())
        if any(each["failureCode"] == "ImageReferencedByManifestList" for each in failures):
            raise kept_for("an index that refers to it")
        look_into("BatchDeleteImage", answer or {}, fine={"ImageNotFound"})

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        yield from ()  # a retired repository takes its images with it, or is kept with them


def tagged(aws: Aws, repository: str) -> list[dict[str, Any]]:
    """Every image with a tag in a repository; none where it is absent."""
    only = {"repositoryName": repository, "filter": {"tagStatus": "TAGGED"}}
    return unless(GONE, lambda: list(aws.pages(aws.client("ecr"), "describe_images", "imageDetails", **only))) or []


def _number(image: dict[str, Any], source: str) -> int:
    """Which of the images of the same source it is, counted from 1; 0 for one of another source."""
    pattern = re.compile(rf"{re.escape(source)}(?:-([0-9]+))?")
    return max(
        (int(found[1] or 1) for tag in image.get("imageTags", ()) if (found := pattern.fullmatch(tag))), default=0
    )
