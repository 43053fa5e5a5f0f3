"""A log group with a key of a customer's, and what is said where CloudWatch Logs cannot use it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.aws import grant
from s3ecs.aws.faults import told
from s3ecs.aws.hints import LEAVE
from s3ecs.engine.apply import apply
from s3ecs.engine.plan import Action
from s3ecs.errors import CallFailed, UsageError
from s3ecs.resources.key import Key
from s3ecs.resources.log_key import statement

from .changes.shared import key_for_logs
from .scene import Scene, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws


@pytest.fixture(scope="module")
def key(aws: Aws) -> str:
    """The ARN of a key that CloudWatch Logs may use, and that has an alias."""
    made = key_for_logs(aws)
    aws.client("kms").create_alias(AliasName="alias/of-logs", TargetKeyId=made.rpartition("/")[2])
    return made


def sealed(subject: Scene, key: str) -> Scene:
    """The same log group, encrypted with a key."""
    named = Key(name=key, said_in=("log_kms_key",))
    return Scene(subject.aws, replace(subject.subject, encrypted_by=named))  # type: ignore[call-arg]


def key_of(subject: Scene) -> Any:
    """What the service says of it."""
    (found,) = subject.aws.logs.describe_log_groups(logGroupNamePrefix=subject.name)["logGroups"]
    return found.get("kmsKeyId")


def test_a_group_is_made_with_its_key_and_loses_it_with_the_spec_s(
    key: str, scene: Callable[[str, str], Scene]
) -> None:
    plain = scene("log-group", "sealed")
    subject = sealed(plain, "alias/of-logs")
    with answering(subject.aws.logs, "AssociateKmsKey", "Unwanted") as associated:
        subject.up()
    assert associated == []  # there was no moment without it
    assert key_of(subject) == key
    assert subject.step().action is Action.NONE

    (change,) = plain.step().changes
    assert (change.setting, change.observed, change.desired) == ("kms_key", key, "none")
    plain.up()
    assert key_of(plain) is None
    assert plain.step().action is Action.NONE


def test_a_group_that_is_there_gets_its_key_and_another_and_the_key_that_was_taken_off(
    key: str, scene: Callable[[str, str], Scene]
) -> None:
    plain = scene("log-group", "seal")
    plain.up()
    for act in (
        lambda: None,
        lambda: plain.aws.logs.associate_kms_key(logGroupName=plain.name, kmsKeyId=key_for_logs(plain.aws)),
        lambda: plain.aws.logs.disassociate_kms_key(logGroupName=plain.name),
    ):
        act()
        subject = sealed(plain, key)
        assert [change.setting for change in subject.step().changes] == ["kms_key"]
        subject.up()
        assert key_of(subject) == key


def failure(subject: Scene) -> Any:
    """What ends an ``up``."""
    results = apply(subject.plan(), subject.aws.fresh(), lambda _: None, threading.Event())
    (error,) = [each.error for each in results.results if each.error is not None]
    return error


@pytest.mark.parametrize("there", [False, True], ids=["create", "associate"])
def test_a_refused_key_is_told_with_the_statement_that_its_policy_needs(
    scene: Callable[[str, str], Scene], *, there: bool
) -> None:
    plain = scene("log-group", f"closed-{there}".lower())
    if there:
        plain.up()
    made = plain.aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    subject = sealed(plain, made)

    error = failure(subject)
    assert isinstance(error, CallFailed)
    call = "AssociateKmsKey" if there else "CreateLogGroup"
    assert f"{call}: AccessDeniedException: The specified KMS key does not exist or is not allowed" in str(error)
    assert "\n" not in f"{error}{error.hint}"

    _, _, needed = (error.hint or "").partition("policy of the key: ")
    pasted = {"Version": grant.VERSION, "Statement": [json.loads(needed)]}
    subject.aws.client("kms").put_key_policy(KeyId=made, PolicyName="default", Policy=json.dumps(pasted))
    subject.up()
    assert key_of(subject) == made


def test_a_denial_of_the_caller_is_no_matter_of_the_key_s(key: str, scene: Callable[[str, str], Scene]) -> None:
    subject = sealed(scene("log-group", "denied"), key)
    with answering(subject.aws.logs, "CreateLogGroup", "AccessDeniedException"):
        error = told(failure(subject))
    assert error.hint == LEAVE


def test_the_statement_is_of_this_account_and_region_alone(aws: Aws) -> None:
    china = replace(aws.environment, region="cn-north-1", partition="aws-cn", dns_suffix="amazonaws.com.cn")
    said = statement(china)
    assert said["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}
    assert list(said["Condition"]["ArnLike"].values()) == ["arn:aws-cn:logs:cn-north-1:123456789012:log-group:*"]


def test_a_key_that_cannot_encrypt_lines_is_told_before_anything_is_written(aws: Aws) -> None:
    made = key_for_logs(aws, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    with pytest.raises(UsageError, match="is not symmetric: RSA_2048") as caught:
        Key(name=made, said_in=("bucket.kms_key", "log_kms_key")).read(aws.fresh())
    assert caught.value.hint == "name one that is SYMMETRIC_DEFAULT in bucket.kms_key: and log_kms_key:"
