"""A small pipeline in the embedded AWS: a bucket, a rule, a machine and a task definition with a program."""

from __future__ import annotations

import itertools
import json
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from s3ecs.local import programs
from s3ecs.local.programs import Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from s3ecs.local.home import Home

ROLE = "arn:aws:iam::123456789012:role/any"
_number = itertools.count(1)
T = TypeVar("T")

ECHO = "import os, sys; print(*map(ascii, sys.argv[1:])); print('é'); sys.exit(int(os.environ.get('CODE', '0')))"


def wait_for(look: Callable[[], T | None], seconds: float = 120.0) -> T:
    """The first true answer of ``look``; fails when there is none in time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.02)
    return found


@dataclass
class Pipeline:
    """Makes parts under one unique name, and reads what came of them."""

    clients: Callable[..., Any]
    home: Home
    folder: Path
    name: str = field(default_factory=lambda: f"t{next(_number)}")
    role: str = ROLE  # of its tasks; they have none where it is empty

    def __post_init__(self) -> None:
        self.s3, self.ecs, self.logs = self.clients("s3"), self.clients("ecs"), self.clients("logs")
        self.events, self.states = self.clients("events"), self.clients("stepfunctions")
        ec2 = self.clients("ec2")
        self.subnet = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][0][
            "SubnetId"
        ]
        self.ecs.create_cluster(clusterName=self.name)
        self.logs.create_log_group(logGroupName=f"/{self.name}")

    def program(self, source: str | None = ECHO, **definition: Any) -> None:
        """Register the family with the Python source as its program; None leaves it without one."""
        if source is not None:
            self.allow(main=source)
        logs = {"awslogs-group": f"/{self.name}", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "s3ecs"}
        container = {
            "name": "main",
            "image": "example/image:1",
            "logConfiguration": {"logDriver": "awslogs", "options": logs},
            **definition,
        }
        self.ecs.register_task_definition(
            family=self.name,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="512",
            memory="1024",
            containerDefinitions=[container],
            **({"taskRoleArn": self.role} if self.role else {}),
        )

    def allow(self, **sources: str) -> None:
        """Let the family's containers run these Python sources, and none else."""
        inside = {
            name: Program((sys.executable, "-u", "-c", source), str(self.folder)) for name, source in sources.items()
        }
        programs.save(self.home, self.name, {self.name: inside})

    @property
    def network(self) -> dict[str, Any]:
        return {"awsvpcConfiguration": {"subnets": [self.subnet], "assignPublicIp": "ENABLED"}}

    def task_state(self, **fields: Any) -> dict[str, Any]:
        """A runTask.sync state for the family; ``Command`` is the key of the event."""
        state = {
            "Type": "Task",
            "Resource": "arn:aws:states:::ecs:runTask.sync",
            "Parameters": {
                "Cluster": self.name,
                "TaskDefinition": self.name,
                "LaunchType": "FARGATE",
                "NetworkConfiguration": {
                    "AwsvpcConfiguration": {"Subnets": [self.subnet], "AssignPublicIp": "ENABLED"}
                },
                "Overrides": {
                    "ContainerOverrides": [{"Name": "main", "Command.$": "States.Array($.detail.object.key)"}]
                },
            },
            **fields,
        }
        if "Next" not in state:
            state["End"] = True
        return state

    def machine(self, states: dict[str, Any] | None = None, start: str | None = None) -> str:
        """A machine of these states, by default the one task."""
        states = states or {"Run": self.task_state()}
        definition = {"StartAt": start or next(iter(states)), "States": states}
        made = self.states.create_state_machine(
            name=f"{self.name}-{next(_number)}", roleArn=ROLE, definition=json.dumps(definition)
        )
        return str(made["stateMachineArn"])

    def execute(self, arn: str, value: Any = None, **fields: Any) -> str:
        """Start an execution with this input, by default an event with the key k."""
        value = {"detail": {"object": {"key": "k"}}} if value is None else value
        return str(self.states.start_execution(stateMachineArn=arn, input=json.dumps(value), **fields)["executionArn"])

    def ended(self, execution: str) -> dict[str, Any]:
        """The execution once it has ended."""

        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self.states.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        return wait_for(look)

    def result(self, states: dict[str, Any], value: Any = None, start: str | None = None) -> Any:
        """What a machine of these states puts out."""
        found = self.ended(self.execute(self.machine(states, start), value))
        assert found["status"] == "SUCCEEDED", found
        return json.loads(found["output"])

    def failure(self, states: dict[str, Any], value: Any = None) -> tuple[str, str]:
        """Error and cause of a machine of these states."""
        found = self.ended(self.execute(self.machine(states), value))
        assert found["status"] == "FAILED", found
        return found["error"], found.get("cause", "")

    def bucket(self, *, events: bool = True) -> str:
        """A bucket that tells EventBridge."""
        name = f"bucket-{self.name}"
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        if events:
            self.s3.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )
        return name

    def rule(self, pattern: dict[str, Any], *targets: dict[str, Any], **fields: Any) -> str:
        """A rule with these targets."""
        rule = f"{self.name}-{next(_number)}"
        arn = self.events.put_rule(Name=rule, EventPattern=json.dumps(pattern), **fields)["RuleArn"]
        numbered = [{"Id": str(number), **target} for number, target in enumerate(targets)]
        assert not numbered or not self.events.put_targets(Rule=rule, Targets=numbered)["FailedEntryCount"]
        return str(arn)

    def queue(self, name: str | None = None, policy: dict[str, Any] | None = None) -> tuple[str, str]:
        """URL and ARN of a queue that EventBridge may send to, unless ``policy`` says otherwise."""
        name = name or f"{self.name}-{next(_number)}"
        arn = f"arn:aws:sqs:eu-central-1:123456789012:{name}"
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        statements = {"Version": "2012-10-17", "Statement": [allow | (policy or {})]}
        made = self.clients("sqs").create_queue(QueueName=name, Attributes={"Policy": json.dumps(statements)})
        return str(made["QueueUrl"]), arn

    def watched(self, bucket: str) -> str:
        """The URL of a queue that gets every event of the bucket."""
        url, arn = self.queue()
        self.rule({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}, {"Arn": arn})
        return url

    def messages(self, url: str) -> list[dict[str, Any]]:
        """What is in the queue, taken out."""
        found: list[dict[str, Any]] = []
        while (
            taken := self.clients("sqs")
            .receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
            .get("Messages")
        ):
            found += taken
            for message in taken:
                self.clients("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def start_on(self, bucket: str, arn: str, prefix: str = "") -> str:
        """A rule that starts the machine for objects under the prefix."""
        key = {"object": {"key": [{"prefix": prefix}]}} if prefix else {}
        pattern = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [bucket]}, **key},
        }
        return self.rule(pattern, {"Arn": arn, "RoleArn": ROLE})

    def executions(self, arn: str) -> list[dict[str, Any]]:
        """Every execution of the machine."""
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=arn)
        return [one for page in pages for one in page["executions"]]

    def run_task(self, **fields: Any) -> dict[str, Any]:
        """A task of the family."""
        answer = self.ecs.run_task(
            cluster=self.name,
            taskDefinition=self.name,
            launchType="FARGATE",
            networkConfiguration=self.network,
            **fields,
        )
        assert not answer["failures"]
        return dict(answer["tasks"][0])

    def task(self, arn: str) -> dict[str, Any]:
        """The task as described now."""
        return dict(self.ecs.describe_tasks(cluster=self.name, tasks=[arn], include=["TAGS"])["tasks"][0])

    def stopped(self, arn: str) -> dict[str, Any]:
        """The task once it has stopped."""
        return wait_for(lambda: found if (found := self.task(arn))["lastStatus"] == "STOPPED" else None)

    def lines(self, task: str) -> list[str]:
        """What the task has printed so far."""
        stream = f"s3ecs/main/{task.rpartition('/')[2]}"
        found = self.logs.get_log_events(logGroupName=f"/{self.name}", logStreamName=stream, startFromHead=True)
        return [event["message"] for event in found["events"]]
