"""The printed policy allows every call of the commands and nothing that none of them needs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from .calls import EC2
from .evaluator import holds, like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluator import Request
    from .world import Course

# What no run here comes to, and why it is needed: patterns of "action on ARN".
ALWAYS = (
    "iam:* on arn:aws:iam::*:role/asks-*",  # a role that is not there has no path that IAM could know
    "secretsmanager:DescribeSecret on *:secret:theirs-password",  # what is called by a name may be written as an ARN is
    "logs:DescribeLogStreams on */aws/vendedlogs/*",  # of a stack's own group only where it goes, so not in a plan
    "logs:*LogGroup on */aws/vendedlogs/*/asks",  # AWS does not say of every action which form of the ARN it takes
    "logs:PutRetentionPolicy on */aws/vendedlogs/*/asks",
    "logs:TagResource on */aws/vendedlogs/*/asks:${*}",
    "logs:ListTagsForResource on */aws/vendedlogs/*",  # where the index of tags has not all of them
    "states:UpdateStateMachine on *:asks-built",  # that of one job is changed, and each is granted the same
    "states:DescribeExecution on *:asks-built:${*}",  # the newest runs are one job's
)
UNSEEN = {
    "plan": ("ecs:ListTaskDefinitions on *",),  # of a task definition that has changed
    "test-upload": (
        "s3:AbortMultipartUpload on *",  # an upload in parts that fails is given up
        "*asks-built*",  # one job is tried, and each is granted the same
        "*/asks/built*",
    ),
    "up": (
        "ec2:DeleteSecurityGroup on *",  # in another network it is made anew
        "ecr:DeleteRepository on *",  # a job that was built, and is no more
        "ecs:DeleteTaskDefinitions on *:task-definition/asks-convert:${*}",
        "ecs:DeleteTaskDefinitions on *:task-definition/asks-built:${*}",  # down's, of a family that was adopted
    ),
    "down": (
        "ec2:DescribeSubnets on *",  # where somebody has a group of its name in some network
        "logs:DeleteLogGroup on */s3ecs/asks/*",  # of a job that has written nothing yet
    ),
    "delete-data": ("ec2:DescribeSubnets on *",),
}


def spare(course: Course, use: str) -> list[str]:
    """What a policy grants, an action on an ARN under a condition, and no request has needed there."""
    asked: dict[str, dict[str, Request]] = {}
    for request in course.asked[use]:
        asked.setdefault(request.action, {})[str(request)] = request
    return sorted(
        f"{action} on {arn} where {condition}"
        for action, arn, condition in granted(course.policy(use))
        if not any(like(each, f"{action} on {arn}") for each in (*ALWAYS, *UNSEEN.get(use, ())))
        and not any(
            like(arn, each.resource) and holds(condition, each.context) for each in asked.get(action, {}).values()
        )
    )


def granted(policy: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each action, each ARN that it is granted on, and the condition, but for what IAM is never asked."""
    for statement in policy["Statement"]:
        condition = statement.get("Condition", {})
        for action, arn in product(statement["Action"], statement["Resource"]):
            if arn == "*" or (arn.split(":")[2] == action.partition(":")[0] and _is_asked(action, arn, condition)):
                yield action, arn, condition


def _is_asked(action: str, arn: str, condition: dict[str, Any]) -> bool:
    """AWS: of EC2, an action is for some types, with tags in the request where it makes one, else with those there."""
    service, _, operation = action.partition(":")
    if service != "ec2" or operation not in EC2:
        return True
    types, type_ = EC2[operation], arn.split(":")[5].partition("/")[0]
    of_made = any("aws:RequestTag" in key for each in condition.values() for key in each)
    return type_ in types and (not condition or of_made == (types[type_] is None))


COURSES = [
    *(("plain", use) for use in ("plan", "up", "status", "validate", "test-upload", "down", "delete-data")),
    *(("own_network", use) for use in ("plan", "up", "adopt", "down")),
    *(("others", use) for use in ("plan", "up", "validate", "down", "switch-off-events")),
]


NO_SPARE = [
    *((name, use, "") for name, use in COURSES if name == "plain"),
    # What is the same in every stack is gone through in that of the default network.
    *(("own_network", use, "ec2:") for use in ("plan", "up", "adopt", "down")),
    *(("others", "up", service) for service in ("kms:", "ssm:", "secretsmanager:", "logs:AssociateKmsKey")),
    *(("others", use, "s3:") for use in ("plan", "up", "validate", "down", "switch-off-events")),
]


@pytest.mark.parametrize(("name", "use"), COURSES)
def test_every_call_is_allowed(name: str, use: str, request: pytest.FixtureRequest) -> None:
    course: Course = request.getfixturevalue(name)
    assert course.asked[use]
    assert "\n".join(sorted(course.denied[use])) == ""


@pytest.mark.parametrize(("name", "use", "service"), NO_SPARE)
def test_nothing_is_allowed_that_no_call_needs(
    name: str, use: str, service: str, request: pytest.FixtureRequest
) -> None:
    found = [each for each in spare(request.getfixturevalue(name), use) if each.startswith(service)]
    assert "\n".join(found) == ""
