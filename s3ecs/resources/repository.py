"""A repository of ECR: the images of one container, scanned when they are pushed, their tags written once."""

from __future__ import annotations

import json
from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources import policy
from s3ecs.resources.owned import (
    ADOPTED_TAG,
    PART_TAG,
    STACK_TAG,
    Owned,
    Tags,
    asking_for,
    carrying,
    from_pairs,
    making,
    nominated,
    to_pairs,
    with_tags,
)

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

GONE: Final = {"RepositoryNotFoundException"}
UNGRANTED: Final = {"RepositoryPolicyNotFoundException"}
NOBODY_ELSE: Final = "none"
# AWS: what an index of several platforms refers to has no tag of its own, and is not expired while the index is there.
LIFECYCLE: Final = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "s3ecs: what no tag names any more",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 7,
            },
            "action": {"type": "expire"},
        }
    ]
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Repository(Owned):
    """Its id is its URI, as ECR itself names it."""

    kind: ClassVar[str] = "repository"
    outlives: ClassVar[bool] = True

    def desired(self, ids: Ids) -> Props:
        return {
            "scan_on_push": True,
            "immutable_tags": True,
            "lifecycle": LIFECYCLE,
            "policy": NOBODY_ELSE,
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        seen, lifecycle, allowed = aws.all_of_it(
            lambda: self._seen(aws), lambda: _lifecycle(aws, self.name), lambda: _policy(aws, self.name)
        )
        return None if seen is None else replace(seen, props={**seen.props, "lifecycle": lifecycle, "policy": allowed})

    def glance(self, aws: Aws) -> Observed | None:
        return self._seen(aws)

    def _seen(self, aws: Aws) -> Observed | None:
        """All of it but for the lifecycle and the policy."""
        arn = arn_of(aws, self.name)
        found, tags = with_tags(aws, self.tags, arn, lambda: described(aws, self.name), lambda: _tags(aws, arn))
        if found is None:
            return None
        props = {
            "scan_on_push": found.get("imageScanningConfiguration", {}).get("scanOnPush", False),
            "immutable_tags": found.get("imageTagMutability") == "IMMUTABLE",
            "tags": self.own(tags),
        }
        return Observed(found["repositoryUri"], props, tags.get(STACK_TAG), adopted=ADOPTED_TAG in tags)

    def create(self, aws: Aws, props: Props) -> str:
        with making("RepositoryAlreadyExistsException"):
            made = aws.client("ecr").create_repository(
                repositoryName=self.name,
                tags=to_pairs(props["tags"]),
                imageTagMutability=_mutability(props),
                imageScanningConfiguration={"scanOnPush": props["scan_on_push"]},
            )
        self.update(aws, props, frozenset({"lifecycle"}))
        return str(made["repository"]["repositoryUri"])

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        ecr, name = aws.client("ecr"), self.name
        if "scan_on_push" in changed:
            wanted = {"scanOnPush": props["scan_on_push"]}
            ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration=wanted)
        if "immutable_tags" in changed:
            ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability=_mutability(props))
        if "lifecycle" in changed:
            text = json.dumps(props["lifecycle"], separators=(",", ":"))
            ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=text)
        if "policy" in changed:
            unless(UNGRANTED, lambda: ecr.delete_repository_policy(repositoryName=name))
        if "tags" in changed:
            ecr.tag_resource(resourceArn=arn_of(aws, name), tags=to_pairs(props["tags"]))

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.arn("ecr", f"repository/{self.name}")
        of_stack = environment.arn("ecr", f"repository/{self.stack}/*")  # also those of jobs that are no more
        yield grant.read("ecr:DescribeRepositories", "ecr:DescribeImages", "ecr:ListTagsForResource", on=of_stack)
        yield grant.settings("ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", on=arn)
        # AWS: "Using Tag-Based Access Control" of ECR has aws:RequestTag for these two, the service authorization
        # reference aws:ResourceTag for whatever is done to a repository.
        tagged = asking_for(self.stack)
        yield grant.create("ecr:CreateRepository", "ecr:TagResource", on=arn, when=tagged)
        yield grant.create("ecr:PutLifecyclePolicy", on=arn)
        settings = ("ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy")
        yield grant.update(*settings, "ecr:DeleteRepositoryPolicy", on=arn)
        yield grant.update("ecr:TagResource", on=arn, when=tagged)
        yield grant.delete("ecr:DeleteRepository", on=of_stack, when=carrying(self.stack))

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        unless(GONE, lambda: aws.client("ecr").delete_repository(repositoryName=found.name, force=data))

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for arn, name, _ in nominated(aws, stack, arn_of(aws, "")):
            found = None if name in known else described(aws, name)
            if found is not None:
                tags = _tags(aws, arn)
                if tags.get(STACK_TAG) == stack:
                    yield Found(cls.kind, name, found["repositoryUri"], tags.get(PART_TAG), adopted=ADOPTED_TAG in tags)

    @classmethod
    def holds(cls, aws: Aws, name: str) -> str | None:
        ecr = aws.client("ecr")
        found = unless(GONE, lambda: ecr.describe_images(repositoryName=name, maxResults=1)) or {}
        return "images" if found.get("imageDetails") else None


def arn_of(aws: Aws, name: str) -> str:
    """The ARN of a repository of this account and region."""
    return aws.environment.arn("ecr", f"repository/{name}")


def described(aws: Aws, name: str) -> dict[str, Any] | None:
    """What ECR says of a repository, None where there is none."""

    def ask() -> dict[str, Any] | None:
        found = unless(GONE, lambda: aws.client("ecr").describe_repositories(repositoryNames=[name]))
        return dict(found["repositories"][0]) if found else None

    return aws.once(f"repository {name}", ask)


def _mutability(props: Props) -> str:
    return "IMMUTABLE" if props["immutable_tags"] else "MUTABLE"


def _lifecycle(aws: Aws, name: str) -> Any:
    absent = GONE | {"LifecyclePolicyNotFoundException"}
    found = unless(absent, lambda: aws.client("ecr").get_lifecycle_policy(repositoryName=name))
    return json.loads(found["lifecyclePolicyText"]) if found else {}


def _policy(aws: Aws, name: str) -> Any:
    """Whom somebody has let in beside the account itself, such as another account; NOBODY_ELSE where there is none."""
    found = unless(GONE | UNGRANTED, lambda: aws.client("ecr").get_repository_policy(repositoryName=name))
    return policy.normal(found["policyText"]) if found else NOBODY_ELSE


def _tags(aws: Aws, arn: str) -> Tags:
    found = unless(GONE, lambda: aws.client("ecr").list_tags_for_resource(resourceArn=arn))
    return from_pairs(found["tags"]) if found else {}
