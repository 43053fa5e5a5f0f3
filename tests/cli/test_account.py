"""Without ``--local``: an account as any SDK finds it, looked at with the AWS CLI, which knows nothing of us."""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from s3ecs.local.control import Server

    from .conftest import MakeTerminal
    from .terminal import Ran, Terminal

REGION = "us-west-2"
ACCOUNT = "123456789012"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:real-convert"
LOOKS = {
    "rule": "events describe-rule --name real-convert",
    "targets": "events list-targets-by-rule --rule real-convert",
    "machine": f"stepfunctions describe-state-machine --state-machine-arn {MACHINE}",
    "task definition": "ecs describe-task-definition --task-definition real-convert --include TAGS",
    "notification": "s3api get-bucket-notification-configuration --bucket real-bucket",
    "policy": "s3api get-bucket-policy --bucket real-bucket",
}


@pytest.fixture(scope="module")
def account(embedded: Server, make_terminal: MakeTerminal) -> Terminal:
    """A terminal that knows the embedded AWS the way it would know any account: by what is exported."""
    found = make_terminal()("local", "env", "--region", REGION)
    exported = dict(line.removeprefix("export ").split("=", 1) for line in found.out.splitlines())
    assert exported["AWS_ENDPOINT_URL"] == embedded.endpoint
    terminal = make_terminal(**exported)
    terminal.stack("real", jobs={"convert": {"prefix": "in/", "suffix": ".csv", "environment": {"ENV": "dev"}}})
    return terminal


@pytest.fixture(scope="module")
def up(account: Terminal) -> Ran:
    return account("up", "--yes")


@pytest.fixture(scope="module")
def seen(account: Terminal, up: Ran) -> dict[str, Any]:
    """What the AWS CLI says of everything."""
    if shutil.which("aws") is None:
        pytest.skip("the AWS CLI is not on PATH")
    assert up.code == 0

    def look(command: str) -> Any:
        words = ["aws", *command.split(), "--output", "json"]
        done = subprocess.run(words, env=account.environment(), capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(LOOKS, pool.map(look, LOOKS.values()), strict=True))


def test_up_names_account_and_region_and_links_to_the_console(up: Ran) -> None:
    first, *_ = up.err.splitlines()
    assert first == f"real in account {ACCOUNT}, {REGION}"
    console = f"https://{REGION}.console.aws.amazon.com/states/home?region={REGION}"
    assert f"  convert in the console: {console}#/statemachines/view/{MACHINE}" in up.err.splitlines()
    assert up.err.endswith("next: s3ecs test-upload\n")


def test_rule_lets_the_jobs_objects_through(seen: dict[str, Any]) -> None:
    pattern = json.loads(seen["rule"]["EventPattern"])
    assert seen["rule"]["State"] == "ENABLED"
    assert pattern["detail"] == {
        "bucket": {"name": ["real-bucket"]},
        "object": {"key": [{"wildcard": "in/*.csv"}], "size": [{"anything-but": [0]}]},
    }
    assert (pattern["source"], pattern["detail-type"], pattern["account"], pattern["region"]) == (
        ["aws.s3"],
        ["Object Created"],
        [ACCOUNT],
        [REGION],
    )


def test_target_is_the_machine_with_a_role_and_a_queue_for_dead_letters(seen: dict[str, Any]) -> None:
    (target,) = seen["targets"]["Targets"]
    assert target["Arn"] == seen["machine"]["stateMachineArn"] == MACHINE
    assert target["RoleArn"].endswith(f"/real-events-{REGION}")
    assert target["DeadLetterConfig"] == {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:real-dead-letters"}


def test_machine_hands_the_key_to_the_container(seen: dict[str, Any]) -> None:
    run = json.loads(seen["machine"]["definition"])["States"]["Run"]
    assert run["Resource"] == "arn:aws:states:::ecs:runTask.sync"
    (override,) = run["Parameters"]["Overrides"]["ContainerOverrides"]
    assert override["Command.$"] == "States.Array($.detail.object.key)"


def test_task_definition_is_fargates_and_carries_the_stacks_tag(seen: dict[str, Any]) -> None:
    found = seen["task definition"]["taskDefinition"]
    assert (found["requiresCompatibilities"], found["networkMode"]) == (["FARGATE"], "awsvpc")
    assert (found["cpu"], found["memory"]) == ("512", "1024")
    (container,) = found["containerDefinitions"]
    assert container["environment"] == [{"name": "ENV", "value": "dev"}]
    assert container["logConfiguration"]["options"] == {
        "awslogs-group": "/s3ecs/real/convert",
        "awslogs-region": REGION,
        "awslogs-stream-prefix": "convert",
    }
    assert {"key": "s3ecs:stack", "value": "real"} in seen["task definition"]["tags"]


def test_bucket_tells_eventbridge_and_is_closed_to_plain_http(seen: dict[str, Any]) -> None:
    assert "EventBridgeConfiguration" in seen["notification"]
    (statement,) = json.loads(seen["policy"]["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
