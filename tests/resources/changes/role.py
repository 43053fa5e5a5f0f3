"""Every setting of a role, changed."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from s3ecs.engine.change import ABSENT
from s3ecs.resources import policy

from .case import Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene

ANYBODY = policy.document([{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}])
THEIRS = "arn:aws:iam::123456789012:policy/drifting"
NOTHING = policy.document([{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}])


def _put_role_policy(scene: Scene, name: str) -> None:
    scene.aws.iam.put_role_policy(RoleName=scene.name, PolicyName=name, PolicyDocument=json.dumps(NOTHING))


def _policy_of_theirs(scene: Scene) -> str:
    """A managed policy, made where it is not there yet."""
    with suppress(scene.aws.iam.exceptions.EntityAlreadyExistsException):
        scene.aws.iam.create_policy(PolicyName="drifting", PolicyDocument=json.dumps(NOTHING))
    return THEIRS


def _attach(scene: Scene) -> None:
    scene.aws.iam.attach_role_policy(RoleName=scene.name, PolicyArn=_policy_of_theirs(scene))


def _bound(scene: Scene) -> None:
    scene.aws.iam.put_role_permissions_boundary(RoleName=scene.name, PermissionsBoundary=_policy_of_theirs(scene))


ROLE = (
    Case(
        "role",
        "trust.Statement.0.Principal.AWS",
        ["123456789012"],
        lambda scene: scene.aws.iam.update_assume_role_policy(RoleName=scene.name, PolicyDocument=json.dumps(ANYBODY)),
    ),
    Case("role", "policies.s3ecs.Statement", NOTHING["Statement"], lambda scene: _put_role_policy(scene, "s3ecs")),
    Case(
        "role",
        "policies.s3ecs",
        ABSENT,
        lambda scene: scene.aws.iam.delete_role_policy(RoleName=scene.name, PolicyName="s3ecs"),
    ),
    Case("role", "policies.extra", "a policy that is not ours", lambda scene: _put_role_policy(scene, "extra")),
    Case("role", "attached", [THEIRS], _attach),
    Case("role", "boundary", THEIRS, _bound),
    Case(
        "role",
        "tags.team",
        ABSENT,
        lambda scene: scene.aws.iam.untag_role(RoleName=scene.name, TagKeys=["team"]),
    ),
)
