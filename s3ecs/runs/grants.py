"""What it needs to be allowed to look at runs, and to make one by a test upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.aws import grant
from s3ecs.resources import Bucket, ExistingBucket, Queue, StateMachine, TaskDefinition
from s3ecs.resources.task_definition import CONTAINER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.engine.stack import Stack


def of_newest(stack: Stack, environment: Environment) -> Iterator[Grant]:
    """The newest runs of each job, and how many dead letters there are."""
    for each in stack.resources:
        if isinstance(each, StateMachine):
            yield grant.read("states:ListExecutions", on=environment.arn("states", f"stateMachine:{each.name}"))
            yield grant.read("states:DescribeExecution", on=environment.arn("states", f"execution:{each.name}:*"))
        elif isinstance(each, Queue):
            yield grant.read("sqs:GetQueueAttributes", on=environment.arn("sqs", each.name))


def of_a_trial(stack: Stack, environment: Environment, bucket: str) -> Iterator[Grant]:
    """A test upload, under whichever key, and following the run that it starts."""
    yield grant.create("s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject", on=environment.s3(f"{bucket}/*"))
    for each in stack.resources:
        if isinstance(each, StateMachine):
            yield grant.read("states:ListExecutions", on=environment.arn("states", f"stateMachine:{each.name}"))
            following = ("states:DescribeExecution", "states:GetExecutionHistory")
            yield grant.read(*following, on=environment.arn("states", f"execution:{each.name}:*"))
            yield grant.read("ecs:DescribeTasks", on=environment.arn("ecs", f"task/{each.cluster.name}/*"))
        elif isinstance(each, TaskDefinition):
            stream = f"log-group:{each.log_group.name}:log-stream:{each.part}/{CONTAINER}/*"
            yield grant.read("logs:GetLogEvents", on=environment.arn("logs", stream))
        elif isinstance(each, Queue):
            yield grant.read("sqs:ReceiveMessage", on=environment.arn("sqs", each.name))
        elif isinstance(each, Bucket | ExistingBucket) and each.encrypted_by is not None:
            # AWS: whoever uploads to a bucket with a customer's key uses the key, and uploading in parts also decrypts.
            host = f"s3.{environment.region}.{environment.dns_suffix}"
            via = {"StringEquals": {"kms:ViaService": host}}
            yield from each.encrypted_by.using(environment, "kms:Decrypt", "kms:GenerateDataKey", when=via)
