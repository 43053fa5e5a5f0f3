"""From a spec to a stack."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3ecs.engine.resource import Ids, Observed, Resource
from s3ecs.errors import UsageError
from s3ecs.resources import Bucket, ExistingRole, Role, StateMachine, TaskDefinition
from s3ecs.spec.model import Network
from s3ecs.stack.build import build

from .jobs import HERE, IMAGE, job, spec


def _kinds(resources: tuple[Resource, ...]) -> list[str]:
    return sorted(resource.kind for resource in resources)


SHARED = ["applied-spec", "bucket", "cluster", "log-group", "network", "queue", "role", "security-group"]
PER_JOB = ["log-group", "role", "role", "role", "rule", "state-machine", "target", "task-definition"]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_each_job_has_its_own_and_the_stack_has_the_rest_once(jobs: int) -> None:
    stack = build(spec(*(job(f"job{number}") for number in range(jobs))), HERE)
    assert _kinds(stack.resources) == sorted(SHARED + PER_JOB * jobs)


def test_named_security_groups_are_used_and_none_is_made() -> None:
    network = Network(subnets=("subnet-1",), security_groups=("sg-2", "sg-1"), public_ip=False)
    stack = build(spec(network=network), HERE)
    assert "security-group" not in _kinds(stack.resources)
    (machine,) = (each for each in stack.resources if isinstance(each, StateMachine))
    given_network = Observed(
        "vpc-1", {"vpc": "vpc-1", "subnets": ["subnet-1"], "security_groups": ["sg-1", "sg-2"]}, None
    )
    parameters = machine.desired(Ids({"network/tasks": given_network}))["definition"]["States"]["Run"]["Parameters"]
    assert parameters["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "Subnets": ["subnet-1"],
        "SecurityGroups": ["sg-1", "sg-2"],
        "AssignPublicIp": "DISABLED",
    }


def test_no_event_is_let_through_before_all_that_a_run_needs_is_there() -> None:
    stack = build(spec(), HERE)
    (target,) = (each for each in stack.resources if each.kind == "target")
    assert {need.kind for need in target.needs()} == {"rule", "state-machine", "role", "queue", "task-definition"}


def test_account_and_region_are_filled_into_the_buckets_name() -> None:
    (bucket,) = (each for each in build(spec(), HERE).resources if isinstance(each, Bucket))
    assert bucket.name == "123456789012-uploads"


def test_the_users_tags_are_on_everything_and_never_in_place_of_ours() -> None:
    stack = build(spec(tags={"team": "data"}), HERE)
    tagged = [each for each in stack.resources if hasattr(each, "tags")]
    assert len(tagged) == len(stack.resources) - len(["network", "target", "applied-spec"])
    for each in tagged:
        own = {"s3ecs:job": each.part} if each.part else {}
        assert each.tags == {"team": "data", "s3ecs:stack": "go-batch", **own}


def test_roles_that_are_passed_are_those_that_are_made() -> None:
    roles = {each.name: each for each in build(spec(), HERE).resources if isinstance(each, Role)}
    machine = roles["go-batch-convert-machine-us-east-1"]
    (passed,) = (each["Resource"] for each in machine.statements if each["Action"] == ["iam:PassRole"])
    path = "arn:aws:iam::123456789012:role/s3ecs/us-east-1/go-batch"
    assert set(passed) == {f"{path}/{name}" for name in roles if "task" in name or "execution" in name}
    assert {role.path for role in roles.values()} == {"/s3ecs/us-east-1/go-batch/"}


def test_existing_roles_are_read_once_each_and_none_is_made_in_their_place() -> None:
    arn = "arn:aws:iam::123456789012:role/team/run"
    jobs = (job("one", task_role="run", execution_role="pull"), job("two", task_role=arn, execution_role="pull"))
    stack = build(spec(*jobs), HERE)
    existing = {each.name: each.arns for each in stack.resources if isinstance(each, ExistingRole)}
    assert existing == {"run": frozenset({arn}), "pull": frozenset()}
    made = {each.name for each in stack.resources if isinstance(each, Role)}
    assert made == {f"go-batch-{each}-us-east-1" for each in ("events", "one-machine", "two-machine")}


def test_a_role_that_the_stack_makes_itself_is_no_existing_one() -> None:
    with pytest.raises(UsageError, match="role go-batch-convert-machine-us-east-1 is one that the stack makes itself"):
        build(spec(job(task_role="go-batch-convert-machine-us-east-1")), HERE)


@pytest.mark.parametrize(
    ("written", "used"),
    [
        (IMAGE, IMAGE),
        ("busybox:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/busybox:1"),
        ("team/convert:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/convert:1"),
        ("public.ecr.aws/a/b", "public.ecr.aws/a/b"),
        ("localhost:5000/b", "localhost:5000/b"),
    ],
)
def test_an_image_is_a_uri_or_a_repository_of_the_account(written: str, used: str) -> None:
    stack = build(spec(job(image=written)), HERE)
    (definition,) = (each for each in stack.resources if isinstance(each, TaskDefinition))
    assert [each["image"] for each in definition.containers] == [used]


@given(st.integers(1, 4))
def test_what_is_taken_down_is_what_was_put_up(jobs: int) -> None:
    stack = build(spec(*(job(f"job{number}") for number in range(jobs))), HERE)
    assert stack.emptied().resources == ()
    assert stack.emptied().dropped == stack.resources
