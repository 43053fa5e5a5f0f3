"""Every kind of AWS object that a stack may own, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from s3ecs.resources.bucket import Bucket
from s3ecs.resources.cluster import Cluster
from s3ecs.resources.existing_bucket import ExistingBucket
from s3ecs.resources.existing_cluster import ExistingCluster
from s3ecs.resources.existing_role import ExistingRole
from s3ecs.resources.log_group import LogGroup
from s3ecs.resources.queue import Queue
from s3ecs.resources.role import Role
from s3ecs.resources.rule import Rule
from s3ecs.resources.security_group import SecurityGroup
from s3ecs.resources.state_machine import StateMachine
from s3ecs.resources.target import Target
from s3ecs.resources.task_definition import TaskDefinition

if TYPE_CHECKING:
    from s3ecs.engine.resource import Resource

__all__ = [
    "STAGES",
    "Bucket",
    "Cluster",
    "ExistingBucket",
    "ExistingCluster",
    "ExistingRole",
    "LogGroup",
    "Queue",
    "Role",
    "Rule",
    "SecurityGroup",
    "StateMachine",
    "Target",
    "TaskDefinition",
]

STAGES: Final[tuple[tuple[type[Resource], ...], ...]] = (
    (Target,),  # nothing new starts
    (Rule,),
    (StateMachine,),  # what runs is stopped
    (TaskDefinition, Cluster, SecurityGroup, Role, Queue, LogGroup, Bucket),
)
"""The order in which the kinds of a stack are deleted; those of one stage go side by side."""
