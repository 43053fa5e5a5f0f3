"""Every setting of a repository, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.resources import policy
from s3ecs.resources.repository import LIFECYCLE

from .case import Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene


def _ecr(scene: Scene) -> Any:
    return scene.aws.client("ecr")


def _other_lifecycle(scene: Scene) -> None:
    (rule,) = LIFECYCLE["rules"]
    text = json.dumps({"rules": [{**rule, "description": "mine"}]})
    _ecr(scene).put_lifecycle_policy(repositoryName=scene.name, lifecyclePolicyText=text)


PULLING = policy.document(
    [{"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": ["ecr:BatchGetImage", "ecr:PutImage"]}]
)


def _let_pull(scene: Scene) -> None:
    """Another account, which may push as well."""
    _ecr(scene).set_repository_policy(repositoryName=scene.name, policyText=json.dumps(PULLING))


REPOSITORY = (
    Case(
        "repository",
        "scan_on_push",
        False,
        lambda scene: _ecr(scene).put_image_scanning_configuration(
            repositoryName=scene.name, imageScanningConfiguration={"scanOnPush": False}
        ),
    ),
    Case(
        "repository",
        "immutable_tags",
        False,
        lambda scene: _ecr(scene).put_image_tag_mutability(repositoryName=scene.name, imageTagMutability="MUTABLE"),
    ),
    Case("repository", "policy", PULLING, _let_pull),
    Case("repository", "lifecycle.rules.0.description", "mine", _other_lifecycle),
    Case(
        "repository",
        "tags.team",
        "other",
        lambda scene: _ecr(scene).tag_resource(
            resourceArn=scene.aws.environment.arn("ecr", f"repository/{scene.name}"),
            tags=[{"Key": "team", "Value": "other"}],
        ),
    ),
)
