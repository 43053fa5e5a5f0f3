"""What AWS says for a moment only is waited out; what it means is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3ecs.engine.plan import Action
from s3ecs.engine.resource import Exists, Found
from s3ecs.errors import CallFailed, Refused
from s3ecs.resources import role

from .scene import answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene

CREATING = [
    ("bucket", "s3", "CreateBucket", "OperationAborted"),
    ("bucket", "s3", "PutPublicAccessBlock", "NoSuchBucket"),
    ("bucket", "s3", "PutBucketPolicy", "OperationAborted"),
    ("role", "iam", "PutRolePolicy", "NoSuchEntity"),
    ("queue", "sqs", "CreateQueue", "AWS.SimpleQueueService.QueueDeletedRecently"),
    ("state-machine", "stepfunctions", "CreateStateMachine", "StateMachineDeleting"),
    ("target", "events", "PutTargets", "ResourceNotFoundException"),
    ("rule", "events", "PutRule", "ConcurrentModificationException"),
    ("log-group", "logs", "CreateLogGroup", "OperationAbortedException"),
]
DELETING = [
    ("role", "iam", "DeleteRole", "DeleteConflict"),
    ("rule", "events", "DeleteRule", "ValidationException"),
    ("cluster", "ecs", "DeleteCluster", "ClusterContainsTasksException"),
    ("security-group", "ec2", "DeleteSecurityGroup", "DependencyViolation"),
]
LOST = [
    ("bucket", "s3", "CreateBucket", "BucketAlreadyOwnedByYou"),
    ("role", "iam", "CreateRole", "EntityAlreadyExists"),
    ("log-group", "logs", "CreateLogGroup", "ResourceAlreadyExistsException"),
    ("queue", "sqs", "CreateQueue", "QueueAlreadyExists"),
    ("security-group", "ec2", "CreateSecurityGroup", "InvalidGroup.Duplicate"),
]


@pytest.mark.parametrize(("kind", "service", "operation", "code"), CREATING)
def test_making_waits_for_it(  # noqa: PLR0917
    kind: str, service: str, operation: str, code: str, scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene(kind, f"patient-{kind}")
    with answering(getattr(subject.aws, service), operation, code, times=2) as answered:
        subject.up()
    assert answered == [code, code]
    assert hurried
    assert subject.step().action is Action.NONE
    subject.delete()


@pytest.mark.parametrize(("kind", "service", "operation", "code"), DELETING)
def test_deleting_waits_for_it(  # noqa: PLR0917
    kind: str, service: str, operation: str, code: str, scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene(kind, f"leaving-{kind}")
    subject.up()
    with answering(getattr(subject.aws, service), operation, code, times=2) as answered:
        subject.delete()
    assert answered == [code, code]
    assert hurried
    assert subject.read() is None


@pytest.mark.parametrize(("kind", "service", "operation", "code"), LOST)
def test_one_that_is_there_already_and_ours_was_made_by_a_try_whose_answer_was_lost(
    kind: str, service: str, operation: str, code: str, scene: Callable[[str, str], Scene]
) -> None:
    subject = scene(kind, f"lost-{kind}")
    planned = subject.plan()
    subject.up()
    with answering(getattr(subject.aws, service), operation, code, http=409) as answered:
        subject.carry_out(planned)
    assert answered == [code]
    assert subject.step().action is Action.NONE


def test_a_rule_that_somebody_else_made_since_the_plan_is_not_replaced(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("rule", "meanwhile")
    theirs = {"Name": subject.subject.name, "EventPattern": '{"source": ["theirs"]}', "State": "DISABLED"}
    subject.aws.events.put_rule(**theirs)
    with pytest.raises(Exists):  # which the engine answers by looking whose it is
        subject.subject.create(subject.aws, subject.desired)
    kept = subject.aws.events.describe_rule(Name=subject.subject.name)
    assert {key: kept[key] for key in theirs} == theirs
    subject.aws.events.delete_rule(Name=subject.subject.name)


def test_a_rule_whose_first_answer_was_lost_is_taken_as_made(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("rule", "lost-rule")
    planned = subject.plan()
    subject.up()
    subject.carry_out(planned)
    assert subject.step().action is Action.NONE


@pytest.mark.usefixtures("hurried")
def test_what_stays_so_is_raised_as_aws_said_it(
    scene: Callable[[str, str], Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = scene("role", "stubborn")
    subject.up()
    monkeypatch.setattr(role, "EMPTIED_WITHIN", 0.0)
    with (
        answering(subject.aws.iam, "DeleteRole", "DeleteConflict", times=10**6) as answered,
        pytest.raises(ClientError, match="DeleteConflict"),
    ):
        subject.delete()
    assert len(answered) > 1


RACES = [
    (
        ("state-machine", "stepfunctions", "CreateStateMachine", "AccessDeniedException"),
        "Neither the global service principal, nor the regional one is authorized to assume the provided role.",
    ),
    (
        ("state-machine", "stepfunctions", "CreateStateMachine", "AccessDeniedException"),
        "'arn:aws:iam::1:role/r' is not authorized to create managed-rule.",
    ),
    (
        ("state-machine", "stepfunctions", "CreateStateMachine", "AccessDeniedException"),
        "The state machine IAM Role is not authorized to access the Log Destination",
    ),
    (
        ("cluster", "ecs", "CreateCluster", "InvalidParameterException"),
        "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
    ),
    (("task-definition", "ecs", "RegisterTaskDefinition", "ClientException"), "Role is not valid"),
]


@pytest.mark.parametrize(("call", "message"), RACES)
def test_a_new_role_that_is_not_seen_yet_is_waited_for(
    call: tuple[str, str, str, str], message: str, scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    kind, service, operation, code = call
    subject = scene(kind, f"early-{kind}")
    error = {"Code": code, "Message": message}
    with answering(getattr(subject.aws, service), operation, code, times=2, Error=error) as answered:
        subject.up()
    assert answered == [code, code]
    assert f"IAM to show the new role to {subject.subject.title}" in hurried
    subject.delete()


@pytest.mark.parametrize("call", sorted({call for call, _ in RACES}))
def test_a_denial_of_the_caller_is_told_at_once(
    call: tuple[str, str, str, str], scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    kind, service, operation, code = call
    subject = scene(kind, f"denied-{kind}")
    planned = subject.desired
    hurried.clear()
    error = {"Code": code, "Message": f"User: arn:aws:iam::1:user/u is not authorized to perform: {operation}"}
    with (
        answering(getattr(subject.aws, service), operation, code, times=10**6, Error=error) as answered,
        pytest.raises(ClientError, match="is not authorized to perform"),
    ):
        subject.subject.create(subject.aws, planned)
    assert answered == [code]
    assert hurried == []


def test_another_error_is_not_waited_out(scene: Callable[[str, str], Scene], hurried: list[str]) -> None:
    subject = scene("state-machine", "denied")
    with (
        answering(subject.aws.stepfunctions, "CreateStateMachine", "AccessDeniedException"),
        pytest.raises(ClientError, match="AccessDenied"),
    ):
        subject.subject.create(subject.aws, subject.desired)
    assert hurried == []


def test_a_target_that_is_refused_in_an_answer_of_200_is_a_failure(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("target", "refused")
    entry = {"TargetId": subject.name, "ErrorCode": "ManagedRuleException", "ErrorMessage": "managed"}
    with (
        answering(subject.aws.events, "PutTargets", "", http=200, FailedEntryCount=1, FailedEntries=[entry]),
        pytest.raises(CallFailed, match="PutTargets: ManagedRuleException: managed"),
    ):
        subject.subject.create(subject.aws, subject.desired)


def test_a_target_that_is_not_there_is_removed(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("target", "absent")
    entry = {"TargetId": subject.name, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "no such target"}
    with answering(subject.aws.events, "RemoveTargets", "", http=200, FailedEntryCount=1, FailedEntries=[entry]):
        subject.delete()


def test_what_was_made_and_answered_with_a_page_is_found_and_not_made_again(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("task-definition", "paged")
    planned = subject.plan()
    paged: list[str] = []

    def page(response_dict: dict[str, Any], event_name: str, **_: Any) -> None:
        paged.append(event_name)
        response_dict["body"] = b"<html><body>Sign in</body></html>"

    events, name = subject.aws.ecs.meta.events, "before-parse.ecs.RegisterTaskDefinition"
    events.register_first(name, page)
    try:
        subject.carry_out(planned)
    finally:
        events.unregister(name, page)
    assert len(paged) == 1
    assert subject.step().action is Action.NONE


def _with_our_target(scene: Scene) -> None:
    """A rule of ours with a target of ours, which is at hand without a machine: only its id tells."""
    scene.up()
    queue = scene.aws.environment.arn("sqs", "any")
    scene.aws.events.put_targets(Rule=scene.name, Targets=[{"Id": scene.name, "Arn": queue}])


def test_a_rule_whose_target_stays_in_an_answer_of_200_is_a_failure(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("rule", "clinging")
    _with_our_target(subject)
    entry = {"TargetId": subject.name, "ErrorCode": "ManagedRuleException", "ErrorMessage": "managed"}
    with (
        answering(subject.aws.events, "RemoveTargets", "", http=200, FailedEntryCount=1, FailedEntries=[entry]),
        pytest.raises(CallFailed, match="RemoveTargets: ManagedRuleException: managed"),
    ):
        subject.delete()
    subject.delete()
    assert subject.read() is None


def test_a_rule_that_somebody_changes_is_deleted_after_that(
    scene: Callable[[str, str], Scene], hurried: list[str]
) -> None:
    subject = scene("rule", "changing")
    _with_our_target(subject)
    with answering(subject.aws.events, "RemoveTargets", "ConcurrentModificationException", times=2) as answered:
        subject.delete()
    assert len(answered) == 2
    assert hurried
    assert subject.read() is None


STAYING = {
    "KmsError": (CallFailed, "BatchDeleteImage: KmsError: no"),
    "ImageReferencedByManifestList": (Refused, "an index that refers to it"),
}


@pytest.mark.parametrize("code", STAYING)
def test_an_image_that_stays_in_an_answer_of_200_is_told(code: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene("image", "staying")
    subject.up()
    digest = subject.seen().id.rpartition("@")[2]
    failed = {"imageId": {"imageDigest": digest}, "failureCode": code, "failureReason": "no"}
    kind, words = STAYING[code]
    with (
        answering(subject.aws.client("ecr"), "BatchDeleteImage", "", http=200, imageIds=[], failures=[failed]),
        pytest.raises(kind, match=words),
    ):
        subject.delete()
    assert subject.read() is not None


@pytest.mark.usefixtures("hurried")
def test_a_run_that_starts_while_its_machine_is_deleted_is_stopped_too(scene: Callable[[str, str], Scene]) -> None:
    subject = scene("state-machine", "late")
    subject.up()
    client, late = subject.aws.stepfunctions, f"{subject.seen().id}:late".replace(":stateMachine:", ":execution:")
    with (
        answering(client, "ListExecutions", "", http=200, executions=[]),
        answering(client, "ListExecutions", "", http=200, executions=[{"executionArn": late}]),
        answering(client, "StopExecution", "stopped", http=200, stopDate=0) as stopped,
    ):
        found = Found(subject.subject.kind, subject.name, subject.seen().id)
        leaving = {"status": "DELETING", "definition": '{"States": {}}'}
        with answering(client, "DescribeStateMachine", "", http=200, times=2, **leaving):
            type(subject.subject).delete(subject.aws, found, data=False)
    assert stopped == ["stopped"]
