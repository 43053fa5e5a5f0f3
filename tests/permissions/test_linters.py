"""Every policy and every state machine passes a linter that others keep."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from statelint.linter import Linter

from s3ecs import spec as specs
from s3ecs.aws import grant
from s3ecs.aws.environment import Environment
from s3ecs.cli.needs import Needs
from s3ecs.cli.permissions import USES
from s3ecs.engine.resource import Ids, Observed
from s3ecs.resources import Bucket, Queue, Role, StateMachine
from s3ecs.resources.bucket_policy import tls_only
from s3ecs.stack.build import build
from tests.stack.jobs import HERE, job, spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it leaves a file open
    from parliament import analyze_policy_string

ROOT = Path(__file__).resolve().parents[2]
CHINA = Environment("123456789012", "cn-north-1", "aws-cn", "amazonaws.com.cn")
HARD: dict[str, Spec] = {
    "wildcards and more in a prefix": spec(job(prefix=("in/*?/", "${aws:username}/", "日本/", "a\n")), name="hard"),
    "every object": spec(job(prefix=()), name="hard"),
    "long names": spec(job("j" * 32), job("k" * 32), name="n" * 32),
    "a path of its own": spec(job("one"), job("two"), name="hard", path="/batch/"),
    "many jobs": spec(*(job(f"job-{number}", prefix=(f"{number}/",)) for number in range(20)), name="hard"),
}
SAMPLES = {path.name: specs.load(path) for path in sorted((ROOT / "config").glob("*.yaml"))}

FINE = {
    # AWS: tasks on Fargate belong to no container instance, which is the resource that there is.
    ("RESOURCE_STAR", "ecs:ListTasks"),
    # AWS: whoever is denied is denied it on *, whatever the reference says.
    ("RESOURCE_STAR", "ecs:RegisterTaskDefinition"),
    # AWS: executions of a machine or of a map run are listed, and those of either sort are described.
    ("RESOURCE_MISMATCH", "states:ListExecutions"),
    ("RESOURCE_MISMATCH", "states:DescribeExecution"),
    # The VPC that the group is made in has no tag of the stack's, and stands in a statement of its own.
    ("RESOURCE_MISMATCH", "ec2:CreateSecurityGroup"),
}
"""What the linter says and is as it should be."""


def findings(policy: Any) -> list[str]:
    """What the linter says of a policy, but for what is fine."""
    found = analyze_policy_string(json.dumps(policy)).findings
    told = [(each.issue, each.detail if isinstance(each.detail, list) else [each.detail]) for each in found]
    return [
        f"{issue}: {detail}"
        for issue, details in told
        for detail in details
        if (issue, detail["action"] if isinstance(detail, dict) and "action" in detail else detail) not in FINE
    ]


def seen(stack: Stack) -> Ids:
    """What only AWS can name has a name."""
    places = {
        "vpc": "vpc-1",
        "subnets": ["subnet-1"],
        "security_groups": ["sg-1"],
        "a": "us-east-1a",
        "b": "us-east-1b",
    }
    arn = "arn:aws:kms:us-east-1:123456789012:key/1"
    return Ids({each.key: Observed(arn, places, None) for each in stack.resources})


def policies(stack: Stack) -> Iterator[tuple[str, Any]]:
    """Every policy of a stack."""
    ids = seen(stack)
    for each in stack.resources:
        if isinstance(each, Role):
            desired = each.desired(ids)
            yield from ((each.name, policy) for policy in desired["policies"].values())
            # The linter wants a resource, which a trust policy has by where it stands.
            trust = [{**statement, "Resource": [each.arn(HERE)]} for statement in desired["trust"]["Statement"]]
            yield f"trust of {each.name}", {**desired["trust"], "Statement": trust}
        elif isinstance(each, Queue):
            yield each.name, each.desired(ids)["policy"]
        elif isinstance(each, Bucket):
            yield each.name, {"Version": grant.VERSION, "Statement": [tls_only(HERE, each.name)]}


@pytest.mark.parametrize("wanted", [*SAMPLES.values(), *HARD.values()], ids=[*SAMPLES, *HARD])
def test_every_policy_of_a_stack(wanted: Spec) -> None:
    for environment in (HERE, CHINA) if wanted is SAMPLES["full.yaml"] else (HERE,):
        told = {name: said for name, policy in policies(build(wanted, environment)) if (said := findings(policy))}
        assert told == {}


@pytest.mark.parametrize("wanted", [*SAMPLES.values(), *HARD.values()], ids=[*SAMPLES, *HARD])
def test_every_printed_policy(wanted: Spec) -> None:
    needs = Needs(wanted, build(wanted, HERE), HERE)
    policy = grant.document([each for use in USES for each in needs.of(use)])
    assert findings(policy) == []
    assert all(grant.size(part) <= grant.MAX_MANAGED for part in grant.parts(policy))


@pytest.mark.parametrize("wanted", [*SAMPLES.values(), *HARD.values()], ids=[*SAMPLES, *HARD])
def test_every_state_machine(wanted: Spec) -> None:
    stack = build(wanted, HERE)
    # The linter knows a path in brackets only from its root on; AWS takes one anywhere.
    known = "State Machine.States.No version.ResultPath is"
    for each in (each for each in stack.resources if isinstance(each, StateMachine)):
        told = Linter.validate(each.desired(seen(stack))["definition"])
        assert [problem for problem in told if not problem.startswith(known)] == []


def test_the_linter_sees_what_is_wrong() -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObjekt"], "Resource": ["arn:aws:s3:::a"]}
    assert findings({"Version": grant.VERSION, "Statement": [statement]})
    assert findings(
        {"Version": grant.VERSION, "Statement": [{**statement, "Action": ["s3:GetObject"], "Resource": ["*"]}]}
    )
