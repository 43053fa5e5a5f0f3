"""boto3's import and the clients that ``up`` needs, made one after the other: what no program can do without."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

SERVICES = ("sts", "s3", "events", "stepfunctions", "ecs", "ec2", "iam", "logs", "sqs", "resourcegroupstaggingapi")
CONNECTIONS = 64


def make(*services: str) -> dict[str, Any]:
    """A client for each service."""
    session = boto3.Session()
    config = Config(max_pool_connections=CONNECTIONS)
    return {service: session.client(service, config=config) for service in services}


if __name__ == "__main__":
    make(*SERVICES)
