"""Every kind of AWS object that a stack may own, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from s3ecs.resources.applied_spec import AppliedSpec
from s3ecs.resources.bucket import Bucket
from s3ecs.resources.cluster import Cluster
from s3ecs.resources.elastic_ip import ElasticIp
from s3ecs.resources.existing_bucket import ExistingBucket
from s3ecs.resources.existing_cluster import ExistingCluster
from s3ecs.resources.existing_role import ExistingRole
from s3ecs.resources.image import Image
from s3ecs.resources.internet_gateway import InternetGateway
from s3ecs.resources.log_group import LogGroup
from s3ecs.resources.nat_gateway import NatGateway
from s3ecs.resources.queue import Queue
from s3ecs.resources.repository import Repository
from s3ecs.resources.role import Role
from s3ecs.resources.route_table import RouteTable
from s3ecs.resources.rule import Rule
from s3ecs.resources.security_group import SecurityGroup
from s3ecs.resources.state_machine import StateMachine
from s3ecs.resources.subnet import Subnet
from s3ecs.resources.target import Target
from s3ecs.resources.task_definition import TaskDefinition
from s3ecs.resources.vpc import Vpc
from s3ecs.resources.vpc_endpoint import VpcEndpoint

if TYPE_CHECKING:
    from s3ecs.engine.resource import Resource

__all__ = [
    "STAGES",
    "AppliedSpec",
    "Bucket",
    "Cluster",
    "ElasticIp",
    "ExistingBucket",
    "ExistingCluster",
    "ExistingRole",
    "Image",
    "InternetGateway",
    "LogGroup",
    "NatGateway",
    "Queue",
    "Repository",
    "Role",
    "RouteTable",
    "Rule",
    "SecurityGroup",
    "StateMachine",
    "Subnet",
    "Target",
    "TaskDefinition",
    "Vpc",
    "VpcEndpoint",
]

STAGES: Final[tuple[tuple[type[Resource], ...], ...]] = (
    (AppliedSpec, Target),  # nothing new starts, and no spec is applied any more
    (Rule,),
    (StateMachine,),  # what runs is stopped
    (TaskDefinition, Cluster, SecurityGroup, Role, Queue, LogGroup, Bucket, NatGateway, VpcEndpoint, Image),
    (ElasticIp, InternetGateway, RouteTable, Subnet, Repository),  # nothing stands in the network or runs any more
    (Vpc,),
)
"""The order in which the kinds of a stack are deleted; those of one stage go side by side."""
