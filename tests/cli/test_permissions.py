"""``s3ecs permissions``: what it prints and what it takes; tests/test_permissions.py holds that to the calls made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.aws.grant import MAX_MANAGED, size

from .terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

HERE = ("--account", "123456789012", "--region", "eu-west-1")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """One without an account and without a network; its stack has some jobs."""
    jobs: dict[str, Any] = {f"job-{number}": {"prefix": f"in/{number}/"} for number in range(1, 5)}
    made = Terminal(tmp_path_factory.mktemp("alone"), {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    made.stack("asks", jobs=jobs)
    return made


def told(terminal: Terminal, *arguments: str) -> list[dict[str, Any]]:
    """The statements of the policy that a command prints."""
    ran = terminal("permissions", *HERE, *arguments)
    assert ran.code == 0, ran.err
    assert ran.json["Version"] == "2012-10-17"
    statements: list[dict[str, Any]] = ran.json["Statement"]
    return statements


def allowed(statements: list[dict[str, Any]]) -> set[str]:
    return {action for each in statements for action in each["Action"]}


def test_a_policy_is_printed_without_an_account_at_hand(alone: Terminal) -> None:
    statements = told(alone)
    assert {"s3:CreateBucket", "iam:PassRole", "states:CreateStateMachine", "sqs:DeleteQueue"} <= allowed(statements)
    assert all(each["Effect"] == "Allow" for each in statements)


def test_a_use_is_allowed_what_it_takes_and_no_more(alone: Terminal) -> None:
    reading = allowed(told(alone, "--for", "status"))
    assert not [each for each in reading if not each.partition(":")[2].startswith(("Get", "List", "Describe"))]
    taking_away = allowed(told(alone, "--for", "down"))
    assert not {"s3:CreateBucket", "iam:PassRole", "iam:CreateRole", "s3:DeleteObject"} & taking_away
    assert "s3:DeleteObject" in allowed(told(alone, "--for", "delete-data"))
    assert not {"s3:DeleteBucket", "sqs:DeleteQueue"} & allowed(told(alone, "--for", "up"))
    both = told(alone, "--for", "status", "--for", "down")
    assert allowed(both) == reading | taking_away


def test_a_star_stands_alone_and_says_why(alone: Terminal) -> None:
    for each in told(alone):
        assert ("*" in each["Resource"]) == each.get("Sid", "").startswith("NoResourceLevel")
        assert not [action for action in each["Action"] if "*" in action]


def test_a_long_policy_comes_in_parts_that_fit(alone: Terminal) -> None:
    whole = alone("permissions", *HERE)
    assert "than the 6144 of a managed policy" in whole.err
    parts = [alone("permissions", *HERE, "--part", str(number)).json for number in (1, 2)]
    assert all(size(each) <= MAX_MANAGED for each in parts)
    statements = [each for part in parts for each in part["Statement"]]
    assert sorted(map(json.dumps, statements)) == sorted(map(json.dumps, whole.json["Statement"]))


def test_another_part_than_there_is(alone: Terminal) -> None:
    ran = alone("permissions", *HERE, "--for", "status", "--part", "2")
    assert (ran.code, ran.errors, ran.hint) == (2, ["there is no part 2"], "the last one is 1")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--region", "eu-west-1"], "which account the policy is for is not told"),
        (["--region", "eu-west-1", "--account", "12345"], "'12345' is no account's id"),
        (["--account", "123456789012"], "no AWS region is set (You must specify a region.)"),
        (["--account", "123456789012", "--region", "moon"], "the AWS region is not known"),
    ],
)
def test_what_has_to_be_told(arguments: list[str], error: str, alone: Terminal) -> None:
    ran = alone("permissions", *arguments)
    assert (ran.code, len(ran.errors)) == (2, 1)
    assert ran.errors[0].startswith(error)
    assert ran.hint


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [("cn-north-1", "aws-cn", "amazonaws.com.cn"), ("us-gov-west-1", "aws-us-gov", "")],
)
def test_arns_are_of_the_regions_partition(region: str, partition: str, suffix: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.stack("asks", bucket={"name": "asks-bucket", "kms_key": "alias/asks"})
    ran = terminal("permissions", "--account", "123456789012", "--region", region)
    arns = {arn for each in ran.json["Statement"] for arn in each["Resource"] if arn != "*"}
    assert {arn.split(":")[1] for arn in arns} == {partition}
    assert f"s3.{region}.{suffix}" in ran.out


@pytest.mark.parametrize("existing", [False, True])
def test_an_upload_to_a_bucket_with_a_key_may_use_it(tmp_path: Path, *, existing: bool) -> None:
    terminal = Terminal(tmp_path)
    terminal.stack("asks", bucket={"name": "asks-bucket", "existing": existing, "kms_key": "alias/asks"})
    ran = terminal("permissions", "--for", "test-upload", "--account", "123456789012", "--region", "eu-west-1")
    (by_key,) = (each for each in ran.json["Statement"] if "kms:GenerateDataKey" in each["Action"])
    assert by_key["Condition"]["StringEquals"] == {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}
    assert by_key["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": "alias/asks"}
