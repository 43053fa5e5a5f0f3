"""What an earlier spec has left is found by its tag, and only what is really ours and really there."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.engine.resource import Found
from s3ecs.errors import Refused
from s3ecs.resources.owned import STACK_TAG

from .plainly import DISOWN
from .scene import NETWORK, TAGGED, answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .scene import Scene

NONE: frozenset[str] = frozenset()
SHARED = {"bucket", "cluster", "queue", "security-group", *NETWORK}


def _discover(scene: Scene, known: frozenset[str] = NONE) -> list[Found]:
    return list(type(scene.subject).discover(scene.aws.fresh(), scene.stack, known))


@pytest.mark.parametrize("kind", TAGGED)
def test_what_is_ours_is_found_and_a_stack_whose_name_begins_alike_is_left_alone(
    kind: str, scene: Callable[[str, str], Scene]
) -> None:
    ours, alike = scene(kind, f"found-{kind}"), scene(kind, f"found-{kind}-b")
    ours.up()
    alike.up()
    part = None if kind in SHARED else "convert"

    assert Found(kind, ours.name, ours.seen().id, part) in _discover(ours)
    assert alike.name not in {found.name for found in _discover(ours)}
    assert ours.name not in {found.name for found in _discover(ours, frozenset({ours.name}))}

    DISOWN[kind](ours)
    assert ours.name not in {found.name for found in _discover(ours)}
    assert alike.name in {found.name for found in _discover(alike)}


@pytest.mark.parametrize("kind", TAGGED)
def test_what_was_found_is_deleted_by_it(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"retired-{kind}")
    subject.up()
    (found,) = (each for each in _discover(subject) if each.name == subject.name)
    type(subject.subject).delete(subject.aws.fresh(), found, data=False)
    assert subject.read() is None
    assert subject.name not in {found.name for found in _discover(subject)}


def test_a_target_is_found_as_its_rule_is_and_goes_with_it(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("target", "with-rule")
    subject.up()
    assert _discover(subject) == [Found("target", subject.name, subject.name, "convert")]
    (rule,) = (each for each in subject.subject.needs() if each.kind == "rule")
    found = Found("rule", rule.name, "")
    type(rule).delete(subject.aws.fresh(), found, data=False)
    assert subject.read() is None


def test_a_rule_with_a_target_of_others_is_not_deleted(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("target", "shared-rule")
    subject.up()
    theirs = {"Id": "theirs", "Arn": "arn:aws:sqs:eu-north-1:123456789012:theirs"}
    subject.aws.events.put_targets(Rule=subject.name, Targets=[theirs])
    (rule,) = (each for each in subject.subject.needs() if each.kind == "rule")
    assert type(rule).serves(subject.aws.fresh(), rule.name) == "targets of others"
    with pytest.raises(Refused, match="it has targets of others by now, so it is kept"):
        type(rule).delete(subject.aws.fresh(), Found("rule", rule.name, ""), data=True)
    assert theirs in subject.aws.events.list_targets_by_rule(Rule=subject.name)["Targets"]


def test_a_family_whose_name_begins_alike_keeps_its_revisions(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("task-definition", "families")
    subject.up()
    arns = [subject.aws.environment.arn("ecs", f"task-definition/{subject.name}{end}:1") for end in ("", "-b")]
    with (
        noting(subject.aws.ecs, "DeregisterTaskDefinition", "taskDefinition") as sent,
        answering(subject.aws.ecs, "ListTaskDefinitions", "", http=200, taskDefinitionArns=arns),
    ):
        subject.subject.update(subject.aws, subject.desired, frozenset({"cpu"}))
    assert sent == arns[:1]


@contextmanager
def noting(client: Any, operation: str, parameter: str) -> Iterator[list[str]]:
    """What the calls of an operation say of this parameter."""
    sent: list[str] = []

    def note(params: dict[str, str], **_: Any) -> None:
        sent.append(params[parameter])

    event = f"provide-client-params.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register(event, note)
    try:
        yield sent
    finally:
        client.meta.events.unregister(event, note)


@contextmanager
def _index(scene: Scene, arns: list[str]) -> Iterator[None]:
    """The tagging index answers with these."""
    tags = [{"Key": "s3ecs:stack", "Value": scene.stack}]
    listed = {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": tags} for arn in arns], "PaginationToken": ""}

    def answer(**_: Any) -> Any:
        return SimpleNamespace(status_code=200, headers={}), {**listed, "ResponseMetadata": {"HTTPStatusCode": 200}}

    events = scene.aws.resourcegroupstaggingapi.meta.events
    event = "before-call.resource-groups-tagging-api.GetResources"
    events.register(event, answer)
    try:
        yield
    finally:
        events.unregister(event, answer)


@pytest.mark.parametrize("kind", TAGGED)
def test_the_index_only_nominates(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"gone-{kind}")
    arn = subject.aws.environment.arn
    lingering = [
        subject.aws.environment.s3("gone"),
        arn("ecs", "cluster/gone"),
        arn("ecs", "task-definition/gone:3"),
        arn("logs", "log-group:/s3ecs/gone/convert"),
        arn("logs", "log-group:/s3ecs/gone/convert:*"),
        arn("sqs", "gone"),
        arn("events", "rule/gone"),
        arn("ec2", "security-group/sg-12345678"),
        arn("states", "stateMachine:gone"),
    ]
    with _index(subject, lingering):
        assert _discover(subject) == []
        assert subject.read() is None


@pytest.mark.parametrize("kind", ["log-group", "rule", "state-machine"])
def test_a_doubted_index_says_nothing_of_whose_a_thing_is(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"doubted-{kind}")
    subject.up()
    arn = subject.seen().id
    untag = {
        "log-group": lambda: subject.aws.logs.untag_resource(resourceArn=arn, tagKeys=[STACK_TAG]),
        "rule": lambda: subject.aws.events.untag_resource(ResourceARN=arn, TagKeys=[STACK_TAG]),
        "state-machine": lambda: subject.aws.stepfunctions.untag_resource(resourceArn=arn, tagKeys=[STACK_TAG]),
    }
    untag[kind]()
    with _index(subject, [arn]):
        seen = subject.subject.read(subject.aws.fresh(doubting=True))
    assert seen is not None
    assert seen.owner is None


def test_a_log_group_is_found_in_either_form_of_its_arn(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("log-group", "either")
    subject.up()
    for arn in (subject.seen().id, f"{subject.seen().id}:*"):
        with _index(subject, [arn]):
            assert [found.id for found in _discover(subject)] == [subject.seen().id]


def test_a_log_group_at_the_root_is_listed_without_all_the_others(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("log-group", "rooted")
    root = replace(subject, subject=replace(subject.subject, name="/rooted-lines"))
    root.up()
    with noting(root.aws.logs, "DescribeLogGroups", "logGroupNamePrefix") as listed:
        assert root.seen().owner == "rooted"
        with _index(root, [root.seen().id]):
            assert [found.name for found in _discover(root)] == ["/rooted-lines"]
    assert set(listed) == {"/rooted-lines"}


def test_a_bucket_holds_its_objects_and_what_others_put_there(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "held")
    holds = type(subject.subject).holds
    assert holds(subject.aws, subject.name) is None
    subject.up()
    assert holds(subject.aws, subject.name) is None
    subject.aws.s3.put_object(Bucket=subject.name, Key="a", Body=b"1")
    assert holds(subject.aws, subject.name) == "objects"
    subject.aws.s3.put_bucket_policy(
        Bucket=subject.name,
        Policy='{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, '
        f'"Action": "s3:GetObject", "Resource": "arn:aws:s3:::{subject.name}/*"}}}}',
    )
    assert holds(subject.aws, subject.name) == "objects and policy statements of others"


def test_a_log_group_holds_its_lines_but_not_the_stream_that_checks_delivery(
    scene: Callable[[str, str], Scene],
) -> None:
    subject = scene("log-group", "lines")
    holds = type(subject.subject).holds
    assert holds(subject.aws, subject.name) is None
    subject.up()
    assert holds(subject.aws, subject.name) is None
    check = "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"
    subject.aws.logs.create_log_stream(logGroupName=subject.name, logStreamName=check)
    assert holds(subject.aws, subject.name) is None
    subject.aws.logs.create_log_stream(logGroupName=subject.name, logStreamName="worker/1")
    assert holds(subject.aws, subject.name) == "log lines"


def test_a_queue_holds_its_messages_also_while_one_is_read(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("queue", "letters")
    holds = type(subject.subject).holds
    assert holds(subject.aws, subject.name) is None
    subject.up()
    assert holds(subject.aws, subject.name) is None
    for text in ("one", "two"):
        subject.aws.sqs.send_message(QueueUrl=subject.seen().id, MessageBody=text)
    subject.aws.sqs.receive_message(QueueUrl=subject.seen().id)
    assert holds(subject.aws, subject.name) == "2 undelivered events"


def test_a_machine_that_somebody_has_put_anything_into_is_deleted(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("state-machine", "edited")
    subject.up()
    passing = {"Type": "Pass", "Parameters": {"Cluster": {"x": 1}}, "End": True}
    machine = subject.aws.environment.arn("states", f"stateMachine:{subject.name}")
    definition = json.dumps({"StartAt": "A", "States": {"A": passing}})
    subject.aws.stepfunctions.update_state_machine(stateMachineArn=machine, definition=definition)
    subject.delete()
    assert subject.read() is None


def test_a_bucket_that_is_anothers_by_now_is_not_found(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("bucket", "lingers")
    arn = subject.aws.environment.s3("gone-bucket")
    with (
        _index(subject, [arn]),
        answering(subject.aws.s3, "GetBucketTagging", "AccessDenied", http=403) as answered,
    ):
        assert _discover(subject) == []
    assert answered
