"""An event to its targets: retries, dead letters, queues that let nobody in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3ecs.local import faults
from s3ecs.local.pipeline.retries import CAP, FIRST, RetryPolicy

from .chain import ROLE, wait_for

if TYPE_CHECKING:
    from s3ecs.local.control import Server

    from .chain import Pipeline

DONE: dict[str, Any] = {"Done": {"Type": "Succeed"}}
THROTTLED = {"error": "ThrottlingException", "message": "Rate exceeded"}


def put_event(pipeline: Pipeline, **detail: Any) -> None:
    entry = {"Source": pipeline.name, "DetailType": "y", "Detail": json.dumps(detail)}
    assert not pipeline.events.put_events(Entries=[entry])["FailedEntryCount"]


def letters(pipeline: Pipeline, url: str, count: int = 1) -> list[dict[str, str]]:
    """The attributes of the dead letters, once there are so many."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        found.extend(pipeline.messages(url))
        return len(found) >= count

    wait_for(look)
    return [{name: value["StringValue"] for name, value in letter["MessageAttributes"].items()} for letter in found]


def test_one_failing_target_harms_no_other_and_leaves_a_dead_letter(pipeline: Pipeline) -> None:
    arn = pipeline.machine(DONE)
    bucket = pipeline.bucket()
    url, queue = pipeline.queue()
    dead = {"DeadLetterConfig": {"Arn": queue}}
    missing = arn + "-missing"
    rule = pipeline.rule(
        {"detail": {"bucket": {"name": [bucket]}}},
        {"Arn": missing, "RoleArn": ROLE, **dead},
        {"Arn": "arn:aws:lambda:eu-central-1:123456789012:function:f"},
        {"Arn": arn, "RoleArn": ROLE},
    )
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    [execution] = pipeline.executions(arn)
    assert pipeline.ended(execution["executionArn"])["status"] == "SUCCEEDED"
    [letter] = pipeline.messages(url)
    told = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert told == {
        "RULE_ARN": rule,
        "TARGET_ARN": missing,
        "ERROR_CODE": "NO_RESOURCE",
        "ERROR_MESSAGE": f"State Machine Does Not Exist: '{missing}'",
        "RETRY_ATTEMPTS": "0",
    }
    assert json.loads(letter["Body"])["detail"]["object"]["key"] == "k"


def test_a_throttled_start_is_tried_again_until_it_works(pipeline: Pipeline) -> None:
    arn = pipeline.machine(DONE)
    pipeline.rule({"source": [pipeline.name]}, {"Arn": arn, "RoleArn": ROLE})
    faults.plan(pipeline.home, {arn: [THROTTLED, {"error": "InternalFailure"}]})
    put_event(pipeline)
    [execution] = wait_for(lambda: pipeline.executions(arn))
    assert pipeline.ended(execution["executionArn"])["status"] == "SUCCEEDED"


def test_exhausted_retries_end_in_the_dead_letter_queue(pipeline: Pipeline) -> None:
    arn = pipeline.machine(DONE)
    url, queue = pipeline.queue()
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}
    rule = pipeline.rule(
        {"source": [pipeline.name]},
        {"Arn": arn, "RoleArn": ROLE, "RetryPolicy": policy, "DeadLetterConfig": {"Arn": queue}},
    )
    faults.plan(pipeline.home, {arn: [THROTTLED] * 3})
    put_event(pipeline)
    assert letters(pipeline, url) == [
        {
            "RULE_ARN": rule,
            "TARGET_ARN": arn,
            "ERROR_CODE": "THROTTLING",
            "ERROR_MESSAGE": "Rate exceeded",
            "RETRY_ATTEMPTS": "2",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        }
    ]
    assert pipeline.executions(arn) == []


def test_an_event_that_grew_too_old_while_it_waited_is_not_tried_again(pipeline: Pipeline, embedded: Server) -> None:
    arn = pipeline.machine(DONE)
    url, queue = pipeline.queue()
    pipeline.rule({"source": [pipeline.name]})
    [rule] = pipeline.events.list_rules(NamePrefix=pipeline.name)["Rules"]
    # the SDK takes no age below AWS's least, a minute, which is too long for a test
    unchecked = boto3.client(
        "events",
        region_name="eu-central-1",
        endpoint_url=embedded.endpoint,
        aws_access_key_id=embedded.access_key,
        aws_secret_access_key=embedded.secret_key,
        config=Config(parameter_validation=False),
    )
    policy = {"RetryPolicy": {"MaximumEventAgeInSeconds": 1}}
    target = {"Id": "1", "Arn": arn, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": queue}, **policy}
    unchecked.put_targets(Rule=rule["Name"], Targets=[target])
    faults.plan(pipeline.home, {arn: [THROTTLED] * 9})
    put_event(pipeline)
    [letter] = letters(pipeline, url)
    assert letter["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert int(letter["RETRY_ATTEMPTS"]) <= 2  # after 0.2 and 0.6 s; the next would be due after 1.4 s


def test_an_archive_keeps_what_a_rule_of_the_bus_would_get(pipeline: Pipeline) -> None:
    bus = pipeline.events.describe_event_bus()["Arn"]
    pattern = json.dumps({"source": [pipeline.name]})
    pipeline.events.create_archive(ArchiveName=pipeline.name, EventSourceArn=bus, EventPattern=pattern)
    put_event(pipeline)
    assert pipeline.events.describe_archive(ArchiveName=pipeline.name)["EventCount"] == 1


def test_no_retries_may_be_asked_for(pipeline: Pipeline) -> None:
    arn = pipeline.machine(DONE)
    url, queue = pipeline.queue()
    target = {"Arn": arn, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": queue}}
    pipeline.rule({"source": [pipeline.name]}, target | {"RetryPolicy": {"MaximumRetryAttempts": 0}})
    faults.plan(pipeline.home, {arn: [THROTTLED]})
    put_event(pipeline)
    [letter] = letters(pipeline, url)
    assert (letter["RETRY_ATTEMPTS"], letter["EXHAUSTED_RETRY_CONDITION"]) == ("0", "MaximumRetryAttempts")


def test_a_retry_policy_ends_by_attempts_or_by_age() -> None:
    policy = RetryPolicy.of({"RetryPolicy": {"MaximumEventAgeInSeconds": 60}})
    assert policy == RetryPolicy(attempts=185, age=60)
    assert policy.exhausted(184, 59.9) is None
    assert policy.exhausted(185, 1) == "MaximumRetryAttempts"
    assert policy.exhausted(3, 60) == "MaximumEventAgeInSeconds"
    assert RetryPolicy.of({}) == RetryPolicy(attempts=185, age=86_400)


def test_pauses_grow_to_the_cap_and_end_with_the_age() -> None:
    policy = RetryPolicy()
    assert 0.8 * FIRST <= policy.pause(0, 0) <= 1.2 * FIRST
    assert 1.6 * FIRST <= policy.pause(1, 0) <= 2.4 * FIRST
    assert 0.8 * CAP <= policy.pause(184, 0) <= 1.2 * CAP
    assert policy.pause(184, policy.age - 1) == pytest.approx(1)
    assert len({policy.pause(3, 0) for _ in range(20)}) > 1


@pytest.mark.parametrize(
    "policy",
    [
        {"Principal": {"Service": "s3.amazonaws.com"}},
        {"Action": "sqs:ReceiveMessage"},
        {"Resource": "arn:aws:sqs:eu-central-1:123456789012:other"},
        {"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:events:eu-central-1:123456789012:rule/other"}}},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}}},
        {"Effect": "Deny"},
    ],
)
def test_a_queue_whose_policy_lets_no_rule_in_gets_nothing(pipeline: Pipeline, policy: dict[str, Any]) -> None:
    closed_url, closed = pipeline.queue(policy=policy)
    url, queue = pipeline.queue()
    pipeline.rule({"source": [pipeline.name]}, {"Arn": closed, "DeadLetterConfig": {"Arn": queue}})
    put_event(pipeline)
    [letter] = letters(pipeline, url)
    assert (letter["ERROR_CODE"], letter["TARGET_ARN"]) == ("NO_PERMISSIONS", closed)
    assert pipeline.messages(closed_url) == []


def test_a_queue_may_be_open_to_one_rule_alone(pipeline: Pipeline) -> None:
    rules = f"arn:aws:events:eu-central-1:123456789012:rule/{pipeline.name}-*"
    url, queue = pipeline.queue(policy={"Condition": {"ArnLike": {"aws:SourceArn": rules}}})
    pipeline.rule({"source": [pipeline.name]}, {"Arn": queue})
    put_event(pipeline)
    assert len(pipeline.messages(url)) == 1


def test_dead_letters_are_lost_where_the_queue_cannot_take_them(pipeline: Pipeline) -> None:
    arn = pipeline.machine(DONE) + "-missing"
    url, _ = pipeline.queue(f"shut-{pipeline.name}", policy={"Effect": "Deny"})
    elsewhere = f"arn:aws:sqs:us-east-1:123456789012:shut-{pipeline.name}"
    for queue in (elsewhere.replace("us-east-1", "eu-central-1"), elsewhere, f"{elsewhere}.fifo"):
        pipeline.rule({"source": [pipeline.name]}, {"Arn": arn, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": queue}})
    put_event(pipeline)
    assert pipeline.messages(url) == []
    log = pipeline.home.log.read_text(encoding="utf-8")
    for reason in ("does not let", "is not in the rule's region", "must be a standard queue"):
        assert any(reason in line and "the event is lost" in line for line in log.splitlines()), reason
