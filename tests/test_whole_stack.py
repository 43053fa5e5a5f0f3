"""A whole stack over HTTP on the embedded AWS: made, left alone, changed, taken down; every call is counted."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.engine.apply import Results, apply
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import Plan, plan
from s3ecs.errors import NotOurs
from s3ecs.spec.model import Bucket, Job, Spec
from s3ecs.spec.words import parse
from s3ecs.stack.build import build
from tests.connected import connected

from .resources.scene import answering
from .sweep.account import NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws
    from s3ecs.engine.stack import Stack
    from s3ecs.local.control import Server

REGION = "ca-central-1"
READS = ("Get", "List", "Describe", "Head")
SERVICES = ("s3", "events", "stepfunctions", "ecs", "ec2", "iam", "logs", "sqs", "resourcegroupstaggingapi")


@dataclass
class Account:
    """The account as the commands of a stack use it."""

    aws: Aws

    def planned(self, stack: Stack, *, delete_data: bool = False) -> Plan:
        return plan(stack, observe(stack, self.aws.fresh()), delete_data=delete_data)

    def apply(self, planned: Plan) -> Results:
        results = apply(planned, self.aws.fresh(), lambda _: None, threading.Event())
        assert results.ok, [(result.step.key, repr(result.error)) for result in results.results]
        return results

    def up(self, spec: Spec) -> list[str]:
        """Make it so; returns what was done, as ``action kind/name``, but for the note of the spec that was applied."""
        return self._carry_out(self.stack(spec))

    def down(self, spec: Spec, *, delete_data: bool = False) -> list[str]:
        """Take it away."""
        return self._carry_out(self.stack(spec).emptied(), delete_data=delete_data)

    def stack(self, spec: Spec) -> Stack:
        return build(spec, self.aws.environment)

    def _carry_out(self, stack: Stack, *, delete_data: bool = False) -> list[str]:
        planned = self.planned(stack, delete_data=delete_data)
        self.apply(planned)
        return [f"{step.action} {step.key}" for step in planned.writes if step.kind != "applied-spec"]

    @contextmanager
    def calls(self) -> Iterator[list[str]]:
        """The names of all operations called meanwhile, in their order."""
        made: list[str] = []

        def note(model: Any, **_: Any) -> None:
            made.append(model.name)

        clients = [getattr(self.aws, service) for service in SERVICES]
        for client in clients:
            client.meta.events.register("before-call", note)
        try:
            yield made
        finally:
            for client in clients:
                client.meta.events.unregister("before-call", note)

    def listing(self) -> dict[str, Any]:
        """Everything of our kinds that there is in the account and region, whoever made it."""
        aws = self.aws
        groups = aws.ec2.describe_security_groups()["SecurityGroups"]
        buckets = {each["Name"]: each for each in aws.s3.list_buckets()["Buckets"]}
        found = {
            "buckets": [name for name in buckets if aws.s3.head_bucket(Bucket=name)["BucketRegion"] == REGION],
            "clusters": aws.ecs.describe_clusters(clusters=aws.ecs.list_clusters()["clusterArns"])["clusters"],
            "definitions": [arn.rpartition("/")[2] for arn in aws.ecs.list_task_definitions()["taskDefinitionArns"]],
            "groups": [group["GroupName"] for group in groups],
            "logs": [each["logGroupName"] for each in aws.logs.describe_log_groups()["logGroups"]],
            "machines": [each["name"] for each in aws.stepfunctions.list_state_machines()["stateMachines"]],
            "queues": aws.sqs.list_queues().get("QueueUrls", []),
            "roles": [each["RoleName"] for each in aws.iam.list_roles(PathPrefix=f"/s3ecs/{REGION}/")["Roles"]],
            "rules": [each["Name"] for each in aws.events.list_rules()["Rules"]],
        }
        for sort in NETWORK:
            found[sort.type] = [each[sort.id] for each in getattr(aws.ec2, sort.listing)()[sort.key] if alive(each)]
        found["clusters"] = [each["clusterName"] for each in found["clusters"] if each["status"] == "ACTIVE"]
        return {kind: sorted(names) for kind, names in found.items()}


@pytest.fixture(scope="module")
def account(embedded: Server) -> Account:
    return Account(connected(embedded, REGION))


def alive(found: dict[str, Any]) -> bool:
    """Whether it is more than the memory of what has been deleted."""
    return found.get("State") not in ("deleted", "deleting")


def job(name: str, **fields: Any) -> Job:
    """One job with the one argument that the issue names."""
    return Job(name=name, image="registry.example/a:1", prefix=(f"{name}/",), command=(parse("{key}"),), **fields)


def spec(name: str, *jobs: Job) -> Spec:
    return Spec(name=name, bucket=Bucket(f"${{account}}-{name}"), jobs=jobs or (job("convert"),), folder=Path())


def writes(calls: list[str]) -> list[str]:
    return [call for call in calls if not call.startswith(READS)]


def test_up_makes_everything_and_a_second_up_makes_no_write(account: Account) -> None:
    one = spec("twice")
    wanted = {
        resource.key for resource in account.stack(one).resources if resource.kind not in ("network", "applied-spec")
    }
    assert {done.removeprefix("create ") for done in account.up(one)} == wanted

    with account.calls() as calls:
        assert account.up(one) == []
    assert calls
    assert writes(calls) == []


def test_another_cpu_is_one_new_revision_and_nothing_else(account: Account) -> None:
    one = spec("resized")
    account.up(one)
    bigger = replace(one, jobs=(replace(one.jobs[0], cpu=1024, memory=2048),))

    planned = account.planned(account.stack(bigger))
    step, applied = planned.writes
    assert applied.key == "applied-spec/resized"
    assert [(change.setting, change.observed, change.desired) for change in step.changes] == [
        ("cpu", "512", "1024"),
        ("memory", "1024", "2048"),
    ]
    with account.calls() as calls:
        account.apply(planned)
    assert writes(calls) == ["RegisterTaskDefinition", "DeregisterTaskDefinition", "TagQueue"]
    listed = account.aws.ecs.list_task_definitions(familyPrefix="resized-convert")["taskDefinitionArns"]
    assert [arn.rpartition(":")[2] for arn in listed] == ["2"]
    assert account.up(bigger) == []


def test_a_job_taken_out_is_pruned_and_the_others_are_left_alone(account: Account) -> None:
    both = spec("pruned", job("convert"), job("report"))
    account.up(both)
    before = account.listing()

    done = account.up(spec("pruned", job("convert")))
    pruned = [
        f"{resource.kind}/{resource.name}" for resource in account.stack(both).resources if resource.part == "report"
    ]
    assert sorted(line.removeprefix("delete ") for line in done if line.startswith("delete ")) == sorted(pruned)
    assert [line for line in done if not line.startswith("delete ")] == [
        "update role/pruned-events-ca-central-1 again",  # it named the machine
    ]
    assert done[-1] == "update role/pruned-events-ca-central-1 again"
    gone = {kind: set(names) - set(account.listing()[kind]) for kind, names in before.items()}
    assert {kind: len(names) for kind, names in gone.items() if names} == {
        "definitions": 1,
        "logs": 1,
        "machines": 1,
        "roles": 3,
        "rules": 1,
    }


def test_down_leaves_what_holds_data_and_with_delete_data_the_account_as_it_was(account: Account) -> None:
    one = spec("emptied")
    before = account.listing()
    account.up(one)
    aws = account.aws
    bucket = f"{aws.environment.account}-emptied"
    aws.s3.put_object(Bucket=bucket, Key="elsewhere/a", Body=b"1")
    aws.logs.create_log_stream(logGroupName="/s3ecs/emptied/convert", logStreamName="worker/1")

    account.down(one)
    left = {kind: sorted(set(names) - set(before[kind])) for kind, names in account.listing().items()}
    assert {kind: names for kind, names in left.items() if names} == {
        "buckets": [bucket],
        "logs": ["/s3ecs/emptied/convert"],
    }
    planned = account.planned(account.stack(one).emptied())
    assert planned.writes == ()
    assert {step.key: step.found.holds for step in planned.kept if step.found} == {
        f"bucket/{bucket}": "objects",
        "log-group//s3ecs/emptied/convert": "log lines",
    }

    account.down(one, delete_data=True)
    assert account.listing() == before
    assert account.down(one, delete_data=True) == []


def test_down_stops_what_starts_runs_before_what_runs_need(account: Account) -> None:
    one = spec("ordered")
    account.up(one)
    machine = account.aws.environment.arn("states", "stateMachine:ordered-convert")
    waiting = '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 600, "End": true}}}'
    account.aws.stepfunctions.update_state_machine(stateMachineArn=machine, definition=waiting)
    execution = account.aws.stepfunctions.start_execution(stateMachineArn=machine, input="{}")["executionArn"]

    with account.calls() as calls:
        account.down(one, delete_data=True)
    order = ["RemoveTargets", "DeleteRule", "StopExecution", "DeleteStateMachine"]
    assert [call for call in calls if call in order] == order
    after = ["DeleteRole", "DeleteCluster", "DeleteQueue", "DeleteSecurityGroup", "DeregisterTaskDefinition"]
    assert min(map(calls.index, after)) > calls.index("DeleteStateMachine")
    assert execution.startswith(machine.replace("stateMachine", "execution"))


def test_a_strangers_things_of_our_names_are_all_named_and_nothing_is_written(account: Account) -> None:
    one, aws = spec("taken"), account.aws
    aws.ecs.create_cluster(clusterName="taken")
    aws.sqs.create_queue(QueueName="taken-dead-letters", tags={"s3ecs:stack": "another"})
    aws.events.put_rule(Name="taken-convert", EventPattern='{"source": ["theirs"]}')
    aws.logs.create_log_group(logGroupName="/s3ecs/taken/convert")

    for stack in (account.stack(one), account.stack(one).emptied()):
        with account.calls() as calls, pytest.raises(NotOurs) as refusal:
            account.planned(stack)
        assert sorted(refusal.value.names) == [
            "cluster/taken",
            "log-group//s3ecs/taken/convert",
            "queue/taken-dead-letters",
            "rule/taken-convert",
        ]
        assert writes(calls) == []


def test_a_failure_skips_what_stands_behind_it_and_the_next_up_goes_on(account: Account) -> None:
    one = spec("halted")
    planned = account.planned(account.stack(one))
    with answering(account.aws.stepfunctions, "CreateStateMachine", "AccessDeniedException"):
        results = apply(planned, account.aws.fresh(), lambda _: None, threading.Event())
    assert {result.step.kind: f"{result.outcome}" for result in results.results if result.outcome != "done"} == {
        "state-machine": "failed",
        "target": "skipped",
        "applied-spec": "skipped",
    }
    assert account.up(one) == ["create state-machine/halted-convert", "create target/halted-convert"]
    assert account.up(one) == []
