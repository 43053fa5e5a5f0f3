"""Every setting of a role, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from s3ecs.engine.change import ABSENT
from s3ecs.resources import policy

from .case import Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene

ANYBODY = policy.document([{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}])
NOTHING = policy.document([{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}])


def _put_role_policy(scene: Scene, name: str) -> None:
    scene.aws.iam.put_role_policy(RoleName=scene.name, PolicyName=name, PolicyDocument=json.dumps(NOTHING))


def _attach(scene: Scene) -> None:
    aws = scene.aws
    made = aws.iam.create_policy(PolicyName=f"{scene.stack}-extra", PolicyDocument=json.dumps(NOTHING))
    aws.iam.attach_role_policy(RoleName=scene.name, PolicyArn=made["Policy"]["Arn"])


def _bound(scene: Scene) -> None:
    aws = scene.aws
    made = aws.iam.create_policy(PolicyName=f"{scene.stack}-bound", PolicyDocument=json.dumps(NOTHING))
    aws.iam.put_role_permissions_boundary(RoleName=scene.name, PermissionsBoundary=made["Policy"]["Arn"])


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
    Case("role", "attached", ["arn:aws:iam::123456789012:policy/turn-role-extra"], _attach),
    Case("role", "boundary", "arn:aws:iam::123456789012:policy/turn-role-bound", _bound),
    Case(
        "role",
        "tags.team",
        ABSENT,
        lambda scene: scene.aws.iam.untag_role(RoleName=scene.name, TagKeys=["team"]),
    ),
)
