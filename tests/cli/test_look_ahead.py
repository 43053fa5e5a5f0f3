"""``validate --online`` and what ``up`` asks before it begins, in an account as any SDK finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.control import Server

    from .conftest import MakeTerminal
    from .terminal import Terminal

REGION = "eu-south-2"
NAME = "ahead"
JOB = {"prefix": "in/", "image": f"123456789012.dkr.ecr.{REGION}.amazonaws.com/nobody:1"}


@pytest.fixture
def account(embedded: Server, make_terminal: MakeTerminal) -> Terminal:
    """A terminal that knows the embedded AWS the way it would know any account."""
    found = make_terminal()("local", "env", "--region", REGION)
    exported = dict(line.removeprefix("export ").split("=", 1) for line in found.out.splitlines())
    assert exported["AWS_ENDPOINT_URL"] == embedded.endpoint
    return make_terminal(**exported)


@pytest.fixture
def closed(clients: Callable[..., Any]) -> str:
    """A subnet that no way leads out of."""
    ec2 = clients("ec2", region=REGION)
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.8.1.0/24")["Subnet"]["SubnetId"])


def test_validate_online_is_a_tree_and_ends_with_1_where_something_will_not_do(account: Terminal) -> None:
    account.stack(NAME, jobs={"convert": JOB})
    ran = account("validate", "--online")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "s3ecs.yaml: the stack ahead with 1 job is in order"
    assert "  ok      network tasks" in lines
    assert f"  NOT OK  {JOB['image']}: there is no repository nobody" in lines
    assert "          push it there, or write another image: in the spec" in lines
    assert any(line.startswith("  ok      IAM roles: ") and line.endswith(", 4 more wanted") for line in lines)
    told = account("validate", "--online", "--json").json
    assert {each["verdict"] for each in told} <= {"ok", "not ok", "skipped"}
    assert {"group", "what", "verdict", "why", "hint", "stops"} == told[0].keys()


def test_validate_offline_asks_nobody(account: Terminal) -> None:
    account.stack(NAME, jobs={"convert": JOB})
    assert account("validate", AWS_ENDPOINT_URL="http://127.0.0.1:1").code == 0


def test_up_refuses_a_network_that_leads_nowhere(account: Terminal, closed: str) -> None:
    account.stack(NAME, jobs={"convert": JOB}, network={"subnets": [closed]})
    ran, calls = account.traced("up", "--yes")
    assert ran.code == 4
    missing = "ecr.api, ecr.dkr, logs, s3"
    assert ran.errors == [
        f"a way out of the tasks' subnets: {closed}: no route to the internet and no endpoint for {missing}"
    ]
    assert "NAT gateway" in ran.hint
    assert ran.err.count(missing) == 1
    assert calls == []


def test_up_says_what_else_will_not_do_and_goes_on_and_then_asks_no_more(account: Terminal) -> None:
    account.stack(NAME, jobs={"convert": JOB})
    ran = account("up", "--yes")
    assert ran.code == 0
    told = ran.err.splitlines()
    at = told.index(f"  ! {JOB['image']}: there is no repository nobody")
    assert told[at + 1] == "    push it there, or write another image: in the spec"
    again = account("up", "--yes")
    assert "!" not in again.err
    assert account("down", "--yes", "--delete-data", "--confirm", NAME).code == 0
