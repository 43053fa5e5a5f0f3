"""Every member of every answer that reading a resource takes: the setting that is read from it, or why it is left.

What a service keeps of a thing and nobody looks at is a change that nobody sees. So whoever has reading make another
call, and whoever installs an SDK that knows more, says here what becomes of each member.
"""

from __future__ import annotations

from .answer import ITSELF, Answer
from .bucket import BUCKET, NEVER_ASKED
from .events import LOGS, MACHINE, QUEUE, RULE, SPEC, TARGET
from .network import ELASTIC_IP, GROUP, INTERNET_GATEWAY, NAT_GATEWAY, ROUTE_TABLE, SUBNET, VPC, VPC_ENDPOINT
from .runs import CLUSTER, DEFINITION, IMAGE, REPOSITORY, ROLE

__all__ = ["ALSO", "ANSWERS", "ITSELF", "NEVER_ASKED", "Answer"]

ANSWERS = {
    "applied-spec": SPEC,
    "bucket": BUCKET,
    "cluster": CLUSTER,
    "elastic-ip": ELASTIC_IP,
    "image": IMAGE,
    "internet-gateway": INTERNET_GATEWAY,
    "log-group": LOGS,
    "nat-gateway": NAT_GATEWAY,
    "queue": QUEUE,
    "repository": REPOSITORY,
    "role": ROLE,
    "route-table": ROUTE_TABLE,
    "rule": RULE,
    "security-group": GROUP,
    "state-machine": MACHINE,
    "subnet": SUBNET,
    "target": TARGET,
    "task-definition": DEFINITION,
    "vpc": VPC,
    "vpc-endpoint": VPC_ENDPOINT,
}
"""By kind."""

ALSO = {
    "resourcegroupstaggingapi GetResources": "it nominates what is then asked for",
    "sqs GetQueueAttributes": "whether the queue is there that carries the hash",
    "ecs ListTaskDefinitions": "how many revisions there are",
    "ec2 DescribeVpcs": "which VPC the thing has to stand in",
    "ec2 DescribeNatGateways": "which addresses are in use",
    "ec2 DescribeSubnets": "which VPC a group has to stand in",
}
"""Calls that reading also takes, and for what: nothing of theirs is a setting of the thing."""
