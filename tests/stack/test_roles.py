"""What each role may do, and who may take it."""

from __future__ import annotations

from typing import Any

import pytest

from s3ecs.aws.environment import Environment
from s3ecs.resources import policy
from s3ecs.stack import roles

from .jobs import HERE, IMAGE, job

CHINA = Environment("123456789012", "cn-north-1", "aws-cn", "amazonaws.com.cn")


def _actions(statements: tuple[Any, ...]) -> set[str]:
    return {action for each in statements for action in each["Action"]}


def test_a_program_reads_the_objects_of_its_job_only() -> None:
    read, listing = roles.task(job(prefix=("in/",)), HERE, "uploads")
    assert read["Resource"] == ["arn:aws:s3:::uploads/in/*"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["in/*"]}}


@pytest.mark.parametrize(
    ("prefix", "pattern"),
    [
        ("in/*/", "in/${*}/*"),
        ("in?", "in${?}*"),
        ("${aws:username}/", "${$}{aws:username}/*"),
        ("a/日本/", "a/*/*"),
        ("a\n", "a*"),
        ("a*", "a${*}*"),
    ],
)
def test_a_prefix_that_a_policy_would_read_otherwise_is_a_pattern_that_takes_little_else(
    prefix: str, pattern: str
) -> None:
    read, listing = roles.task(job(prefix=(prefix,)), HERE, "uploads")
    assert read["Resource"] == [f"arn:aws:s3:::uploads/{pattern}"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": [pattern]}}


def test_the_specs_statements_are_the_programs_with_account_and_region_filled_in() -> None:
    own = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::${account}-${region}/*"]}
    *_, added = roles.task(job(policy=(own,)), HERE, "uploads")
    assert added == {**own, "Resource": ["arn:aws:s3:::123456789012-us-east-1/*"]}


def test_an_image_of_ecr_may_be_pulled_and_no_other() -> None:
    lines, pull, token = roles.execution(HERE, [IMAGE], "/s3ecs/a/convert")
    assert lines["Resource"] == ["arn:aws:logs:us-east-1:123456789012:log-group:/s3ecs/a/convert:*"]
    assert pull["Resource"] == ["arn:aws:ecr:us-east-1:123456789012:repository/convert"]
    assert token == {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": ["*"]}
    assert len(roles.execution(HERE, ["docker.io/library/busybox:1"], "/s3ecs/a/convert")) == 1


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com/a/b:1", "arn:aws:ecr:eu-west-1:111122223333:repository/a/b"),
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:0", "arn:aws:ecr:eu-west-1:111122223333:repository/a"),
        ("public.ecr.aws/docker/library/busybox", None),
        ("localhost:5000/a", None),
        ("a", None),
    ],
)
def test_the_repository_of_an_image(image: str, repository: str | None) -> None:
    assert roles.ecr_repository(image, HERE) == repository


def test_a_machine_may_do_what_running_a_task_takes_and_nothing_else() -> None:
    passed = ["arn:aws:iam::123456789012:role/task", "arn:aws:iam::123456789012:role/execution"]
    statements = roles.machine(HERE, "a", "a-convert", passed)
    assert {action for action in _actions(statements) if not action.startswith("logs:")} == {
        "ecs:RunTask",
        "ecs:StopTask",
        "ecs:DescribeTasks",
        "iam:PassRole",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    }
    everywhere = [each for each in statements if each["Resource"] == ["*"]]
    assert all(action.startswith("logs:") for action in _actions(tuple(everywhere)))
    run = statements[0]
    assert run["Resource"] == ["arn:aws:ecs:us-east-1:123456789012:task-definition/a-convert:*"]


def test_a_longer_list_of_machines_than_fits_becomes_one_pattern() -> None:
    pattern = "arn:aws:states:us-east-1:123456789012:stateMachine:a-*"
    few = [pattern.replace("*", f"job{number}") for number in range(100)]
    (listed,) = roles.events(few, pattern)
    assert listed["Resource"] == few
    (matched,) = roles.events([f"{name}-{'x' * 40}" for name in few], pattern)
    assert matched["Resource"] == [pattern]
    assert all(len(policy.text(policy.document(list(each)))) < 10_240 for each in ((listed,), (matched,)))


def test_dead_letters_come_from_the_stacks_rules_only() -> None:
    statement = roles.dead_letter_statement(HERE, "a-dead-letters", "a-*")
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/a-*"}}
    assert statement["Resource"] == "arn:aws:sqs:us-east-1:123456789012:a-dead-letters"


@pytest.mark.parametrize("environment", [HERE, CHINA])
def test_arns_carry_the_partition_and_services_are_named_alike_everywhere(environment: Environment) -> None:
    trusts = [roles.trust_tasks(environment), roles.trust_machines(environment), roles.trust_rules(environment, "a-*")]
    assert [trust["Principal"]["Service"] for trust in trusts] == [
        "ecs-tasks.amazonaws.com",
        "states.amazonaws.com",
        "events.amazonaws.com",
    ]
    sources = [trust["Condition"]["ArnLike"]["aws:SourceArn"] for trust in trusts]
    assert all(source.startswith(f"arn:{environment.partition}:") for source in sources)
    assert [trust["Condition"].get("StringEquals") for trust in trusts] == [
        {"aws:SourceAccount": "123456789012"},
        {"aws:SourceAccount": "123456789012"},
        None,
    ]
