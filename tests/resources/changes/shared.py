"""Every setting of a queue, a log group, a cluster and a security group, changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.aws import grant
from s3ecs.engine.change import ABSENT
from s3ecs.resources.applied_spec import SPEC_TAG
from s3ecs.resources.log_key import statement

from .case import Case

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from tests.resources.scene import Scene


def _queue(scene: Scene, **attributes: str) -> None:
    # moto forgets the policy when it is not sent along.
    kept = {"Policy": json.dumps(scene.desired["policy"])}
    scene.aws.sqs.set_queue_attributes(QueueUrl=scene.seen().id, Attributes={**kept, **attributes})


class Naming(str):
    """Equal to whatever text has it in it: AWS may write the rest in another order."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str(self) in other


def _move(scene: Scene) -> None:
    """Have each message go to a queue of somebody's once it was read."""
    scene.aws.sqs.create_queue(QueueName="theirs")
    there = {"deadLetterTargetArn": scene.aws.environment.arn("sqs", "theirs"), "maxReceiveCount": 1}
    _queue(scene, RedrivePolicy=json.dumps(there))


QUEUE = (
    Case("queue", "retention_seconds", 60, lambda scene: _queue(scene, MessageRetentionPeriod="60")),
    Case("queue", "encryption", "none", lambda scene: _queue(scene, SqsManagedSseEnabled="false")),
    Case(
        "queue",
        "encryption",
        "alias/mine",
        lambda scene: _queue(scene, KmsMasterKeyId="alias/mine", SqsManagedSseEnabled="false"),
    ),
    Case("queue", "message_bytes", 1024, lambda scene: _queue(scene, MaximumMessageSize="1024")),
    Case("queue", "delay_seconds", 900, lambda scene: _queue(scene, DelaySeconds="900")),
    Case("queue", "moved_to", Naming("theirs"), _move),
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


class AnyKey(str):
    """Equal to the ARN of whichever key: only KMS gives them their ids."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith("arn:aws:kms:")


def key_for_logs(aws: Aws, **of_kind: str) -> str:
    """The ARN of a new key that CloudWatch Logs may use."""
    root = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:PutKeyPolicy", "Resource": "*"}
    policy = {"Version": grant.VERSION, "Statement": [root, statement(aws.environment)]}
    made = aws.client("kms").create_key(Policy=json.dumps(policy), **of_kind)
    return str(made["KeyMetadata"]["Arn"])


def _encrypt(scene: Scene) -> None:
    scene.aws.logs.associate_kms_key(logGroupName=scene.name, kmsKeyId=key_for_logs(scene.aws))


LOGS = (
    Case("log-group", "kms_key", AnyKey("a key of somebody's"), _encrypt),
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
