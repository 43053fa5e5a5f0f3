"""Every setting of a queue, a log group, a cluster and a security group, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.engine.change import ABSENT
from s3ecs.resources.applied_spec import SPEC_TAG

from .case import Case

if TYPE_CHECKING:
    from tests.resources.scene import Scene


def _queue(scene: Scene, **attributes: str) -> None:
    # moto forgets the policy when it is not sent along.
    kept = {"Policy": json.dumps(scene.desired["policy"])}
    scene.aws.sqs.set_queue_attributes(QueueUrl=scene.seen().id, Attributes={**kept, **attributes})


QUEUE = (
    Case("queue", "retention_seconds", 60, lambda scene: _queue(scene, MessageRetentionPeriod="60")),
    Case("queue", "encrypted", False, lambda scene: _queue(scene, SqsManagedSseEnabled="false")),
    Case("queue", "policy.Statement", [], lambda scene: _queue(scene, Policy="")),
    Case(
        "queue",
        "tags.team",
        ABSENT,
        lambda scene: scene.aws.sqs.untag_queue(QueueUrl=scene.seen().id, TagKeys=["team"]),
    ),
)

SPEC = (
    Case(
        "applied-spec",
        "hash",
        "other",
        lambda scene: scene.aws.sqs.tag_queue(QueueUrl=scene.seen().id, Tags={SPEC_TAG: "other"}),
    ),
)


def _retain(scene: Scene) -> None:
    scene.aws.logs.put_retention_policy(logGroupName=scene.name, retentionInDays=7)


LOGS = (
    Case("log-group", "retention_days", 7, _retain),
    Case(
        "log-group",
        "retention_days",
        0,
        lambda scene: scene.aws.logs.delete_retention_policy(logGroupName=scene.name),
    ),
    Case(
        "log-group",
        "tags.team",
        "other",
        lambda scene: scene.aws.logs.tag_resource(resourceArn=scene.seen().id, tags={"team": "other"}),
    ),
)


def _without_spot(scene: Scene) -> None:
    only: dict[str, Any] = {"capacityProviders": ["FARGATE", "mine"], "defaultCapacityProviderStrategy": []}
    scene.aws.ecs.put_cluster_capacity_providers(cluster=scene.name, **only)


CLUSTER = (
    Case("cluster", "capacity_providers", ["FARGATE"], _without_spot),
    Case(
        "cluster",
        "tags.team",
        "other",
        lambda scene: scene.aws.ecs.tag_resource(resourceArn=scene.seen().id, tags=[{"key": "team", "value": "other"}]),
    ),
)

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def _group(scene: Scene, call: str, permission: dict[str, Any]) -> None:
    getattr(scene.aws.ec2, call)(GroupId=scene.seen().id, IpPermissions=[permission])


GROUP = (
    Case("security-group", "inbound", [HTTPS], lambda scene: _group(scene, "authorize_security_group_ingress", HTTPS)),
    Case("security-group", "outbound", [], lambda scene: _group(scene, "revoke_security_group_egress", ALL)),
    Case(
        "security-group",
        "outbound",
        [ALL, HTTPS],
        lambda scene: _group(scene, "authorize_security_group_egress", HTTPS),
    ),
    Case(
        "security-group",
        "tags.team",
        "other",
        lambda scene: scene.aws.ec2.create_tags(Resources=[scene.seen().id], Tags=[{"Key": "team", "Value": "other"}]),
    ),
)
