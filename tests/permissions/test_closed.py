"""What the roles of a stack, and the printed policy, do not let anybody do; by the evaluator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.aws import grant
from s3ecs.cli.needs import Needs
from s3ecs.engine.resource import Ids
from s3ecs.image.making import Making
from s3ecs.resources import Queue, Role
from s3ecs.resources.policy import VERSION
from s3ecs.spec.model import Build, ManagedNetwork, Network
from s3ecs.stack.build import build
from tests.stack.jobs import HERE, job, spec

from .evaluator import Request, allows, like

if TYPE_CHECKING:
    from s3ecs.spec.model import Spec

BUCKET = "arn:aws:s3:::123456789012-uploads"
TASK_ROLE, MACHINE_ROLE, EVENTS_ROLE = (
    HERE.iam(f"role/s3ecs/us-east-1/go-batch/go-batch-{name}-us-east-1")
    for name in ("convert-task", "convert-machine", "events")
)


def policy_of(wanted: Spec, name: str) -> dict[str, Any]:
    """The policy of the role whose name holds ``name``."""
    (role,) = (each for each in build(wanted, HERE).resources if isinstance(each, Role) and name in each.name)
    return dict(role.desired(Ids({}))["policies"]["s3ecs"])


def printed(wanted: Spec, *uses: str) -> dict[str, Any]:
    needs = Needs(wanted, build(wanted, HERE, Making(lambda *_: None)), HERE)
    return grant.document(each for use in uses for each in needs.of(use))


@pytest.mark.parametrize(
    ("prefix", "others"),
    [
        ("in/", ["out/a", "i", "IN/a"]),
        ("in/*/", ["in/x/a", "in//a", "in/"]),
        ("in?/", ["inx/a"]),
        ("${aws:username}/", ["alice/a", "{aws:username}/a", "x{aws:username}/a"]),
        ("$/", ["x/a"]),
        ("ä/", ["a/b"]),
    ],
)
def test_a_program_reads_the_objects_of_its_prefix_and_no_others(prefix: str, others: list[str]) -> None:
    policy = policy_of(spec(job(prefix=(prefix,))), "-task-")
    assert allows(policy, Request("s3:GetObject", f"{BUCKET}/{prefix}a.csv"))
    assert allows(policy, Request("s3:ListBucket", BUCKET, {"s3:prefix": f"{prefix}a"}))
    for key in others:
        assert not allows(policy, Request("s3:GetObject", f"{BUCKET}/{key}")), key
        assert not allows(policy, Request("s3:ListBucket", BUCKET, {"s3:prefix": key})), key
    assert not allows(policy, Request("s3:GetObject", f"arn:aws:s3:::other/{prefix}a.csv"))
    assert not allows(policy, Request("s3:ListBucket", BUCKET))
    assert not allows(policy, Request("s3:PutObject", f"{BUCKET}/{prefix}a.csv"))


def test_a_prefix_beyond_latin_1_is_matched_and_fits_into_a_policy() -> None:
    policy = policy_of(spec(job(prefix=("日本\x7f/", "a\n", "\U0001f600"))), "-task-")
    for key in ("日本\x7f/a", "a\nb", "\U0001f600x"):
        assert allows(policy, Request("s3:GetObject", f"{BUCKET}/{key}"))
    written = [arn for each in policy["Statement"] for arn in each["Resource"]]
    assert all(" " <= char <= "\xff" for arn in written for char in arn)
    assert policy["Version"] == VERSION  # of the older one variables are no variables


def test_a_machine_runs_its_own_task_and_hands_it_its_own_roles() -> None:
    policy = policy_of(spec(), "-machine-")
    cluster = {"ecs:cluster": HERE.arn("ecs", "cluster/go-batch")}
    assert allows(policy, Request("ecs:RunTask", HERE.arn("ecs", "task-definition/go-batch-convert:7"), cluster))
    assert not allows(policy, Request("ecs:RunTask", HERE.arn("ecs", "task-definition/go-batch-other:7"), cluster))
    elsewhere = {"ecs:cluster": HERE.arn("ecs", "cluster/other")}
    assert not allows(policy, Request("ecs:RunTask", HERE.arn("ecs", "task-definition/go-batch-convert:7"), elsewhere))
    assert allows(policy, Request("iam:PassRole", TASK_ROLE, {"iam:PassedToService": "ecs-tasks.amazonaws.com"}))
    for role, service in ((TASK_ROLE, "lambda"), (MACHINE_ROLE, "ecs-tasks"), (HERE.iam("role/admin"), "ecs-tasks")):
        passed = Request("iam:PassRole", role, {"iam:PassedToService": f"{service}.amazonaws.com"})
        assert not allows(policy, passed)
    assert not allows(policy, Request("iam:PassRole", TASK_ROLE))


def test_the_rules_start_the_stacks_machines_and_nothing_else() -> None:
    policy = policy_of(spec(), "-events-")
    assert allows(policy, Request("states:StartExecution", HERE.arn("states", "stateMachine:go-batch-convert")))
    assert not allows(policy, Request("states:StartExecution", HERE.arn("states", "stateMachine:go-batch-b")))
    assert not allows(policy, Request("states:StopExecution", HERE.arn("states", "stateMachine:go-batch-convert")))


def test_only_the_stacks_rules_send_dead_letters() -> None:
    (queue,) = (each for each in build(spec(), HERE).resources if isinstance(each, Queue))
    policy, arn = dict(queue.desired(Ids({}))["policy"]), HERE.arn("sqs", "go-batch-dead-letters")
    assert allows(
        policy, Request("sqs:SendMessage", arn, {"aws:SourceArn": HERE.arn("events", "rule/go-batch-convert")})
    )
    assert not allows(policy, Request("sqs:SendMessage", arn, {"aws:SourceArn": HERE.arn("events", "rule/other")}))
    assert not allows(policy, Request("sqs:SendMessage", arn))
    assert not allows(policy, Request("sqs:ReceiveMessage", arn))


def test_a_star_in_a_roles_policy_stands_where_aws_has_no_resource_level() -> None:
    stars = {
        action
        for each in build(spec(), HERE).resources
        if isinstance(each, Role)
        for statement in each.desired(Ids({}))["policies"]["s3ecs"]["Statement"]
        if "*" in statement["Resource"]
        for action in statement["Action"]
    }
    delivery = {f"logs:{verb}LogDelivery" for verb in ("Create", "Delete", "Get", "Update")}
    resource_policies = {"logs:DescribeResourcePolicies", "logs:PutResourcePolicy"}
    assert stars == delivery | resource_policies | {
        "ecr:GetAuthorizationToken",
        "logs:DescribeLogGroups",
        "logs:ListLogDeliveries",
    }


ALLOWED = {
    "iam:PassRole": (TASK_ROLE, {"iam:PassedToService": "ecs-tasks.amazonaws.com"}),
    "events:DeleteRule": (HERE.arn("events", "rule/go-batch-old"), {"aws:ResourceTag/s3ecs:stack": "go-batch"}),
    "states:DeleteStateMachine": (
        HERE.arn("states", "stateMachine:go-batch-old"),
        {"aws:ResourceTag/s3ecs:stack": "go-batch"},
    ),
    "ec2:CreateSecurityGroup": (HERE.arn("ec2", "security-group/new"), {"aws:RequestTag/s3ecs:stack": "go-batch"}),
    "ec2:DeleteSecurityGroup": (HERE.arn("ec2", "security-group/sg-1"), {"aws:ResourceTag/s3ecs:stack": "go-batch"}),
    "ecs:ListTasks": ("*", {"ecs:cluster": HERE.arn("ecs", "cluster/go-batch")}),
    "iam:CreateServiceLinkedRole": (
        HERE.iam("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
        {"iam:AWSServiceName": "ecs.amazonaws.com"},
    ),
    "iam:CreateRole": (TASK_ROLE, {"aws:RequestTag/s3ecs:stack": "go-batch"}),
}


@pytest.mark.parametrize("action", ALLOWED)
def test_each_condition_of_the_printed_policy_keeps_others_out(action: str) -> None:
    policy = printed(spec(), "up", "down")
    resource, context = ALLOWED[action]
    assert allows(policy, Request(action, resource, context))
    for key in context:
        assert not allows(policy, Request(action, resource, {**context, key: f"{context[key]}-b"}))
        assert not allows(policy, Request(action, resource, {}))
    if resource != "*":
        other = resource.replace("123456789012", "210987654321")
        assert not allows(policy, Request(action, other, context))


def test_roles_are_passed_each_to_its_own_service() -> None:
    policy = printed(spec(), "up")
    services = {"ecs-tasks": TASK_ROLE, "states": MACHINE_ROLE, "events": EVENTS_ROLE}
    for service, own in services.items():
        passed = {"iam:PassedToService": f"{service}.amazonaws.com"}
        assert [role for role in services.values() if allows(policy, Request("iam:PassRole", role, passed))] == [own]
        assert not allows(policy, Request("iam:PassRole", HERE.iam("role/admin"), passed))


def test_with_a_boundary_no_role_is_made_without_it() -> None:
    bound = HERE.iam("policy/bound")
    policy = printed(spec(permissions_boundary="bound"), "up")
    tagged = {"aws:RequestTag/s3ecs:stack": "go-batch"}
    assert allows(policy, Request("iam:CreateRole", TASK_ROLE, tagged | {"iam:PermissionsBoundary": bound}))
    assert not allows(policy, Request("iam:CreateRole", TASK_ROLE, tagged))
    assert not allows(policy, Request("iam:DeleteRolePermissionsBoundary", TASK_ROLE))
    other = {"iam:PermissionsBoundary": HERE.iam("policy/other")}
    assert not allows(policy, Request("iam:PutRolePermissionsBoundary", TASK_ROLE, other))


def test_only_with_adopt_what_is_nobodys_is_taken_over_and_what_is_anothers_never() -> None:
    wanted = spec(network=Network(managed=ManagedNetwork(nat_gateways=1)))
    ours = {"aws:RequestTag/s3ecs:stack": "go-batch"}
    named = {**ours, "aws:ResourceTag/Name": "go-batch-vpc"}
    for type_, nobodys in (("security-group", ours), ("vpc", named)):
        taking = Request("ec2:CreateTags", HERE.arn("ec2", f"{type_}/x"), nobodys)
        assert allows(printed(wanted, "adopt"), taking)
        assert not allows(printed(wanted, "up"), taking)
        anothers = {**nobodys, "aws:ResourceTag/s3ecs:stack": "go-batch-b"}
        without = {key: value for key, value in nobodys.items() if key not in ours}
        for context in (anothers, without, {**nobodys, "aws:RequestTag/s3ecs:stack": "go-batch-b"}):
            assert not allows(printed(wanted, "adopt"), Request(taking.action, taking.resource, context)), context
    other = {**named, "aws:ResourceTag/Name": "theirs"}
    assert not allows(printed(wanted, "adopt"), Request("ec2:CreateTags", HERE.arn("ec2", "vpc/x"), other))


def test_in_a_network_of_its_own_no_other_network_is_touched() -> None:
    policy = printed(spec(network=Network(managed=ManagedNetwork(nat_gateways=2))), "up", "down")
    ours, theirs = ({"aws:ResourceTag/s3ecs:stack": name} for name in ("go-batch", "go-batch-b"))
    for action, type_ in (("DeleteVpc", "vpc"), ("DeleteNatGateway", "natgateway"), ("ReplaceRoute", "route-table")):
        assert allows(policy, Request(f"ec2:{action}", HERE.arn("ec2", f"{type_}/x"), ours))
        assert not allows(policy, Request(f"ec2:{action}", HERE.arn("ec2", f"{type_}/x"), theirs))
        assert not allows(policy, Request(f"ec2:{action}", HERE.arn("ec2", f"{type_}/x")))
    assert not allows(policy, Request("ec2:CreateTags", HERE.arn("ec2", "vpc/vpc-1"), theirs))


DELETED = {
    "iam:DeleteRole": "role{path}a-b-convert-task-us-east-1",
    "iam:DeleteRolePolicy": "role{path}a-b-convert-task-us-east-1",
    "iam:DetachRolePolicy": "role{path}a-b-convert-task-us-east-1",
    "ecs:DeleteCluster": "cluster/a",
    "ecr:DeleteRepository": "repository/a/b",
    "logs:DeleteLogGroup": "log-group:/s3ecs/a/b:*",
    "events:DeleteRule": "rule/a-b-convert",
    "states:DeleteStateMachine": "stateMachine:a-b-convert",
    "states:StopExecution": "execution:a-b-convert:some-run",
    "ecs:DeleteTaskDefinitions": "task-definition/a-b-convert:1",
}


@pytest.mark.parametrize("action", DELETED)
@pytest.mark.parametrize("path", [None, "/batch/"])
def test_down_deletes_and_stops_by_tag_what_may_by_its_name_be_anothers(action: str, path: str | None) -> None:
    policy = printed(spec(job(image=Build(Path("program"))), name="a", path=path), "down", "delete-data")
    service, rest = action.partition(":")[0], DELETED[action].format(path=path or "/s3ecs/us-east-1/a/")
    arn = HERE.iam(rest) if service == "iam" else HERE.arn(service, rest)
    ours, anothers = ({"aws:ResourceTag/s3ecs:stack": name} for name in ("a", "a-b"))
    assert allows(policy, Request(action, arn, ours))
    assert not allows(policy, Request(action, arn, anothers))
    assert not allows(policy, Request(action, arn))


def test_under_a_path_of_the_specs_own_no_role_is_changed_but_those_of_the_spec() -> None:
    policy = printed(spec(name="a", path="/batch/"), "up", "adopt")
    written = (
        "CreateRole",
        "PutRolePolicy",
        "UpdateAssumeRolePolicy",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "TagRole",
    )
    tagged = {"aws:RequestTag/s3ecs:stack": "a"}
    for action in written:
        assert allows(policy, Request(f"iam:{action}", HERE.iam("role/batch/a-convert-task-us-east-1"), tagged)), action
        anothers = Request(f"iam:{action}", HERE.iam("role/batch/a-b-convert-task-us-east-1"), tagged)
        assert not allows(policy, anothers), action


def test_nothing_is_made_for_another_stack_or_given_to_it() -> None:
    policy = printed(spec(job(image=Build(Path("program"))), name="a"), "up", "adopt")
    making = {
        "iam:CreateRole": HERE.iam("role/s3ecs/us-east-1/a/a-convert-task-us-east-1"),
        "iam:TagRole": HERE.iam("role/s3ecs/us-east-1/a/a-convert-task-us-east-1"),
        "ecs:CreateCluster": HERE.arn("ecs", "cluster/a"),
        "ecs:TagResource": HERE.arn("ecs", "cluster/a"),
        "ecr:CreateRepository": HERE.arn("ecr", "repository/a/convert"),
        "ecr:TagResource": HERE.arn("ecr", "repository/a/convert"),
    }
    for action, arn in making.items():
        assert allows(policy, Request(action, arn, {"aws:RequestTag/s3ecs:stack": "a"})), action
        assert not allows(policy, Request(action, arn, {"aws:RequestTag/s3ecs:stack": "a-b"})), action
        assert not allows(policy, Request(action, arn)), action


def test_what_lost_its_tag_gets_it_back_by_adopting_and_is_deleted_then() -> None:
    policy = printed(spec(name="a"), "adopt", "down")
    role = HERE.iam("role/s3ecs/us-east-1/a/a-convert-task-us-east-1")
    assert not allows(policy, Request("iam:DeleteRole", role))
    assert allows(policy, Request("iam:TagRole", role, {"aws:RequestTag/s3ecs:stack": "a"}))
    assert allows(policy, Request("iam:DeleteRole", role, {"aws:ResourceTag/s3ecs:stack": "a"}))


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a*", "a/b\nc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a${*}c", "a*c", True),
        ("a${*}c", "abc", False),
        ("a${$}{x}", "a${x}", True),
        ("a.c", "abc", False),
    ],
)
def test_the_evaluators_patterns(pattern: str, text: str, *, matches: bool) -> None:
    assert like(pattern, text) is matches


def test_the_evaluator_heeds_a_denial_and_every_condition() -> None:
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    denial = {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*", "Condition": {"Null": {"a:b": "true"}}}
    policy = {"Version": VERSION, "Statement": [everything, denial]}
    assert allows(policy, Request("s3:getobject", "x"))
    assert not allows(policy, Request("s3:PutObject", "x"))
    assert allows(policy, Request("s3:PutObject", "x", {"A:B": "1"}))
    assert not allows(policy, Request("sqs:SendMessage", "x"))
