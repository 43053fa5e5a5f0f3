"""Adopting, kind by kind: settings are mended, others' tags stay, and what may hold others' data is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from s3ecs.engine.change import ABSENT, Change
from s3ecs.engine.plan import Action
from s3ecs.resources.owned import ADOPTED_TAG, STACK_TAG, from_pairs, to_pairs
from s3ecs.resources.repository import arn_of

from .plainly import DISOWN, register

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene

THEIRS: Final = {"Theirs": "yes"}
OUTLIVING: Final = {"bucket", "cluster", "log-group", "queue", "repository"}


def _definition(scene: Scene) -> str:
    described = scene.aws.ecs.describe_task_definition(taskDefinition=scene.name)
    return str(described["taskDefinition"]["taskDefinitionArn"])


def _ecs_tags(scene: Scene, arn: str) -> Any:
    return from_pairs(scene.aws.ecs.list_tags_for_resource(resourceArn=arn)["tags"], "key", "value")


def _bucket_tags(scene: Scene) -> Any:
    return from_pairs(scene.aws.s3.get_bucket_tagging(Bucket=scene.name)["TagSet"])


TAG: Final[dict[str, Callable[[Scene], Any]]] = {
    "bucket": lambda scene: scene.aws.s3.put_bucket_tagging(Bucket=scene.name, Tagging={"TagSet": to_pairs(THEIRS)}),
    "cluster": lambda scene: scene.aws.ecs.tag_resource(
        resourceArn=scene.seen().id, tags=to_pairs(THEIRS, "key", "value")
    ),
    "log-group": lambda scene: scene.aws.logs.tag_resource(resourceArn=scene.seen().id, tags=THEIRS),
    "queue": lambda scene: scene.aws.sqs.tag_queue(QueueUrl=scene.seen().id, Tags=THEIRS),
    "repository": lambda scene: scene.aws.client("ecr").tag_resource(
        resourceArn=arn_of(scene.aws, scene.name), tags=to_pairs(THEIRS)
    ),
    "role": lambda scene: scene.aws.iam.tag_role(RoleName=scene.name, Tags=to_pairs(THEIRS)),
    "rule": lambda scene: scene.aws.events.tag_resource(ResourceARN=scene.seen().id, Tags=to_pairs(THEIRS)),
    "security-group": lambda scene: scene.aws.ec2.create_tags(Resources=[scene.seen().id], Tags=to_pairs(THEIRS)),
    "state-machine": lambda scene: scene.aws.stepfunctions.tag_resource(
        resourceArn=scene.seen().id, tags=to_pairs(THEIRS, "key", "value")
    ),
    "task-definition": lambda scene: register(scene, tags=to_pairs(THEIRS, "key", "value")),
}

TAGS: Final[dict[str, Callable[[Scene], Any]]] = {
    "bucket": _bucket_tags,
    "cluster": lambda scene: _ecs_tags(scene, scene.seen().id),
    "log-group": lambda scene: scene.aws.logs.list_tags_for_resource(resourceArn=scene.seen().id)["tags"],
    "queue": lambda scene: scene.aws.sqs.list_queue_tags(QueueUrl=scene.seen().id)["Tags"],
    "repository": lambda scene: from_pairs(
        scene.aws.client("ecr").list_tags_for_resource(resourceArn=arn_of(scene.aws, scene.name))["tags"]
    ),
    "role": lambda scene: from_pairs(scene.aws.iam.list_role_tags(RoleName=scene.name)["Tags"]),
    "rule": lambda scene: from_pairs(scene.aws.events.list_tags_for_resource(ResourceARN=scene.seen().id)["Tags"]),
    "security-group": lambda scene: from_pairs(
        scene.aws.ec2.describe_security_groups(GroupIds=[scene.seen().id])["SecurityGroups"][0]["Tags"]
    ),
    "state-machine": lambda scene: from_pairs(
        scene.aws.stepfunctions.list_tags_for_resource(resourceArn=scene.seen().id)["tags"], "key", "value"
    ),
    "task-definition": lambda scene: _ecs_tags(scene, _definition(scene)),
}


def _nobodys(scene: Scene) -> None:
    """One that somebody has made with tags of their own."""
    scene.up()
    DISOWN[scene.subject.kind](scene)
    TAG[scene.subject.kind](scene)
    assert scene.seen().owner is None


@pytest.mark.parametrize("kind", TAG)
def test_what_is_adopted_is_the_stacks_and_keeps_the_tags_of_others(
    kind: str, scene: Callable[[str, str], Scene]
) -> None:
    subject = scene(kind, f"adopting-{kind}")
    _nobodys(subject)
    step = subject.step()
    assert step.action is Action.ADOPT
    assert Change(f"tags.{STACK_TAG}", ABSENT, subject.stack) in step.changes
    assert {change.top for change in step.changes} == {"tags"}

    subject.up()
    assert subject.step().action is Action.NONE
    assert subject.seen().owner == subject.stack
    marks = {ADOPTED_TAG: "true"} if kind in OUTLIVING else {}
    assert TAGS[kind](subject) == {**THEIRS, **subject.desired["tags"], **marks}


@pytest.mark.parametrize("kind", TAG)
def test_what_may_hold_data_of_others_is_marked_and_read_and_found_as_adopted(
    kind: str, scene: Callable[[str, str], Scene]
) -> None:
    subject = scene(kind, f"marked-{kind}")
    subject.up()
    assert not subject.seen().adopted
    _nobodys(subject)
    subject.up()
    (found,) = (
        each
        for each in type(subject.subject).discover(subject.aws.fresh(), subject.stack, frozenset())
        if each.name == subject.name
    )
    assert (subject.seen().adopted, found.adopted) == (kind in OUTLIVING, kind in OUTLIVING)


def test_a_role_is_adopted_only_after_the_plan_has_named_what_it_loses(scene: Callable[[str, str], Scene]) -> None:
    subject, iam = scene("role", "losing"), scene("role", "losing").aws.iam
    _nobodys(subject)
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    arn = iam.create_policy(PolicyName="losing-theirs", PolicyDocument=document)["Policy"]["Arn"]
    iam.put_role_policy(RoleName=subject.name, PolicyName="theirs", PolicyDocument=document)
    iam.attach_role_policy(RoleName=subject.name, PolicyArn=arn)
    changes = {change.setting: (change.observed, change.desired) for change in subject.step().changes}
    assert changes["policies.theirs"] == ("a policy that is not ours", ABSENT)
    assert changes["attached"] == ([arn], [])

    subject.up()
    assert iam.list_role_policies(RoleName=subject.name)["PolicyNames"] == ["s3ecs"]
    assert iam.list_attached_role_policies(RoleName=subject.name)["AttachedPolicies"] == []


def test_a_bucket_is_adopted_with_everything_that_others_have_put_there(scene: Callable[[str, str], Scene]) -> None:
    subject, s3 = scene("bucket", "furnished"), scene("bucket", "furnished").aws.s3
    _nobodys(subject)
    s3.put_object(Bucket=subject.name, Key="theirs/a", Body=b"1")
    s3.delete_bucket_encryption(Bucket=subject.name)
    assert {change.top for change in subject.step().changes} == {"encryption", "tags"}
    subject.up()
    assert subject.step().action is Action.NONE
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=subject.name)["Contents"]] == ["theirs/a"]


def test_tags_that_only_aws_may_set_do_not_go_with_a_family(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("task-definition", "formed")
    subject.up()
    register(subject, tags=to_pairs({**THEIRS, "aws:cloudformation:stack-name": "theirs"}, "key", "value"))
    subject.up()
    assert TAGS["task-definition"](subject) == {**THEIRS, **subject.desired["tags"]}
