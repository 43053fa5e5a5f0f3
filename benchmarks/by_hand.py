"""``python -m benchmarks.by_hand NAME [--threads]``: what ``up`` makes for one job, as one writes it with plain boto3.

Each function looks whether its thing is there as it should be and makes it otherwise. It looks at less than s3ecs does:
at no tags, no setting of the bucket but its notification, and no policy of a role but its own.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from benchmarks.clients import make

if TYPE_CHECKING:
    from collections.abc import Callable

NEEDED = ("sts", "s3", "events", "stepfunctions", "ecs", "ec2", "iam", "logs", "sqs")
TAG = "by-hand:stack"
REGION = "eu-central-1"
THREADS = 16


def there(call: Callable[..., Any], **request: Any) -> Any:
    """The answer, None where the service says that there is no such thing."""
    try:
        return call(**request)
    except ClientError:
        return None


def trust(service: str) -> str:
    """Who may take a role on."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
        }
    )


def allow(*actions: str) -> dict[str, Any]:
    """A policy that allows these."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


class Script:
    """One job's resources under ``name``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.clients = make(*NEEDED)
        self.account = self.clients["sts"].get_caller_identity()["Account"]
        self.tags = [{"Key": TAG, "Value": name}]
        self.lower_tags = [{"key": TAG, "value": name}]
        self.machine_arn = self.arn("states", f"stateMachine:{name}")

    def arn(self, service: str, rest: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{REGION}:{self.account}:{rest}"

    def role_arn(self, purpose: str) -> str:
        """The ARN of a role."""
        return f"arn:aws:iam::{self.account}:role/{self.name}-{purpose}"

    def bucket(self) -> None:
        """The bucket, closed, encrypted, and telling EventBridge."""
        s3, name = self.clients["s3"], f"{self.account}-{self.name}"
        if there(s3.head_bucket, Bucket=name) is None:
            where = {"LocationConstraint": REGION, "Tags": self.tags}
            s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
            closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
            rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
            owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
            s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=owner)
            everything = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
            statement: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": everything}
            statement["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
            rule = {"ID": "unfinished", "Status": "Enabled", "Filter": {"Prefix": ""}}
            rule["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": 7}
            s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
        found = s3.get_bucket_notification_configuration(Bucket=name)
        if "EventBridgeConfiguration" not in found:
            found.pop("ResponseMetadata")
            found["EventBridgeConfiguration"] = {}
            s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=found)

    def cluster(self) -> None:
        """The cluster."""
        ecs = self.clients["ecs"]
        if not ecs.describe_clusters(clusters=[self.name])["clusters"]:
            ecs.create_cluster(clusterName=self.name, tags=self.lower_tags)

    def security_group(self) -> str:
        """The security group; returns its id."""
        ec2 = self.clients["ec2"]
        named = [{"Name": "group-name", "Values": [self.name]}]
        if found := ec2.describe_security_groups(Filters=named)["SecurityGroups"]:
            return str(found[0]["GroupId"])
        vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
        tags = [{"ResourceType": "security-group", "Tags": self.tags}]
        made = ec2.create_security_group(GroupName=self.name, Description="tasks", VpcId=vpc, TagSpecifications=tags)
        return str(made["GroupId"])

    def subnets(self) -> list[str]:
        """The ids of the default VPC's subnets."""
        only = [{"Name": "default-for-az", "Values": ["true"]}]
        found = self.clients["ec2"].describe_subnets(Filters=only)["Subnets"]
        return sorted(each["SubnetId"] for each in found)

    def queue(self) -> None:
        """The dead-letter queue, to which the rule may send."""
        sqs, name = self.clients["sqs"], f"{self.name}-dead-letters"
        if there(sqs.get_queue_url, QueueName=name) is None:
            policy = allow("sqs:SendMessage")
            policy["Statement"][0]["Principal"] = {"Service": "events.amazonaws.com"}
            wanted = {"MessageRetentionPeriod": "1209600", "Policy": json.dumps(policy)}
            sqs.create_queue(QueueName=name, Attributes=wanted, tags={TAG: self.name})

    def log_group(self, name: str) -> None:
        """A log group with a retention time."""
        logs = self.clients["logs"]
        found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        if not found:
            logs.create_log_group(logGroupName=name, tags={TAG: self.name})
        if not found or found[0].get("retentionInDays") != 30:
            logs.put_retention_policy(logGroupName=name, retentionInDays=30)

    def role(self, purpose: str, service: str, *actions: str) -> None:
        """A role with one policy."""
        iam, name = self.clients["iam"], f"{self.name}-{purpose}"
        if there(iam.get_role, RoleName=name) is None:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service), Tags=self.tags)
        wanted = allow(*actions)
        found = there(iam.get_role_policy, RoleName=name, PolicyName="own")
        if found is None or found["PolicyDocument"] != wanted:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(wanted))

    def task_definition(self) -> None:
        """The task definition."""
        ecs = self.clients["ecs"]
        found = there(ecs.describe_task_definition, taskDefinition=self.name)
        if found is not None and found["taskDefinition"]["cpu"] == "512":
            return
        options = {
            "awslogs-group": f"/{self.name}/convert",
            "awslogs-region": REGION,
            "awslogs-stream-prefix": "convert",
        }
        container = {
            "name": "worker",
            "image": "public.ecr.aws/docker/library/python:3.13-slim",
            "environment": [{"name": "ENV", "value": "dev"}],
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        }
        ecs.register_task_definition(
            family=self.name,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="512",
            memory="1024",
            taskRoleArn=self.role_arn("task"),
            executionRoleArn=self.role_arn("execution"),
            containerDefinitions=[container],
            tags=self.lower_tags,
        )

    def machine(self, subnets: list[str], group: str) -> None:
        """The state machine."""
        states = self.clients["stepfunctions"]
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::ecs:runTask.sync",
            "Parameters": {
                "LaunchType": "FARGATE",
                "Cluster": self.name,
                "TaskDefinition": self.name,
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": subnets, "SecurityGroups": [group]}},
                "Overrides": {
                    "ContainerOverrides": [{"Name": "worker", "Command.$": "States.Array($.detail.object.key)"}]
                },
            },
            "End": True,
        }
        wanted = {"StartAt": "Run", "States": {"Run": task}}
        found = there(states.describe_state_machine, stateMachineArn=self.machine_arn)
        if found is None:
            group_arn = self.arn("logs", f"log-group:/aws/vendedlogs/states/{self.name}:*")
            states.create_state_machine(
                name=self.name,
                definition=json.dumps(wanted),
                roleArn=self.role_arn("machine"),
                loggingConfiguration={
                    "level": "ERROR",
                    "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group_arn}}],
                },
                tags=self.lower_tags,
            )
        elif json.loads(found["definition"]) != wanted:
            states.update_state_machine(stateMachineArn=self.machine_arn, definition=json.dumps(wanted))

    def rule(self) -> None:
        """The rule."""
        events = self.clients["events"]
        detail = {"bucket": {"name": [f"{self.account}-{self.name}"]}, "object": {"key": [{"prefix": "target/"}]}}
        wanted = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
        found = there(events.describe_rule, Name=self.name)
        if found is None:
            events.put_rule(Name=self.name, EventPattern=json.dumps(wanted), Tags=self.tags)
        elif json.loads(found["EventPattern"]) != wanted:
            events.put_rule(Name=self.name, EventPattern=json.dumps(wanted))

    def target(self) -> None:
        """The rule's target."""
        events = self.clients["events"]
        found = there(events.list_targets_by_rule, Rule=self.name)
        if found is None or not found["Targets"]:
            dead = {"Arn": self.arn("sqs", f"{self.name}-dead-letters")}
            target = {"Id": "1", "Arn": self.machine_arn, "RoleArn": self.role_arn("events"), "DeadLetterConfig": dead}
            events.put_targets(Rule=self.name, Targets=[target])

    def roles(self) -> dict[str, Callable[[], None]]:
        """The four roles by purpose."""
        return {
            "task": lambda: self.role("task", "ecs-tasks.amazonaws.com", "s3:GetObject"),
            "execution": lambda: self.role("execution", "ecs-tasks.amazonaws.com", "logs:PutLogEvents"),
            "machine": lambda: self.role("machine", "states.amazonaws.com", "ecs:RunTask", "iam:PassRole"),
            "events": lambda: self.role("events", "events.amazonaws.com", "states:StartExecution"),
        }

    def in_order(self) -> None:
        """One after the other."""
        self.bucket()
        self.cluster()
        self.queue()
        for name in (f"/{self.name}/convert", f"/aws/vendedlogs/states/{self.name}"):
            self.log_group(name)
        for role in self.roles().values():
            role()
        self.task_definition()
        self.machine(self.subnets(), self.security_group())
        self.rule()
        self.target()

    def with_threads(self) -> None:
        """Side by side; what needs another waits for just that."""
        with ThreadPoolExecutor(THREADS) as pool:
            begin = pool.submit
            subnets, group = begin(self.subnets), begin(self.security_group)
            roles = {purpose: begin(role) for purpose, role in self.roles().items()}
            log = begin(self.log_group, f"/aws/vendedlogs/states/{self.name}")
            rest: list[Future[Any]] = [begin(self.bucket), begin(self.cluster), begin(self.queue), begin(self.rule)]
            rest.append(begin(self.log_group, f"/{self.name}/convert"))

            def run() -> None:
                for needed in (roles["machine"], log):
                    needed.result()
                self.machine(subnets.result(), group.result())

            def define() -> None:
                for needed in (roles["task"], roles["execution"]):
                    needed.result()
                self.task_definition()

            definition, machine = begin(define), begin(run)
            for needed in (definition, machine, roles["events"], *rest[2:4]):
                needed.result()
            self.target()
            for each in rest:
                each.result()


if __name__ == "__main__":
    script = Script(sys.argv[1])
    if "--threads" in sys.argv:
        script.with_threads()
    else:
        script.in_order()
