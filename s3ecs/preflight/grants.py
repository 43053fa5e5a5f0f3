"""What a look ahead needs to be allowed; what it may not ask for, it skips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.aws import grant
from s3ecs.preflight.images import images_of, is_ecr
from s3ecs.resources import ExistingBucket, ExistingRole
from s3ecs.resources.network import Network
from s3ecs.stack.roles import ecr_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec


def needed(spec: Spec, stack: Stack, environment: Environment) -> Iterator[Grant]:
    """Routes, images, roles, the encryption of a bucket and quotas; what is given says itself what reading it takes."""
    yield grant.unleveled("events:ListRules", "iam:GetAccountSummary", "servicequotas:GetServiceQuota")
    if any(isinstance(each, Network) for each in stack.resources):
        yield grant.unleveled("ec2:DescribeRouteTables", "ec2:DescribeVpcEndpoints")
    for image in images_of(spec, environment):
        repository = ecr_repository(image, environment)
        if is_ecr(image) and repository is not None and repository.split(":")[3] == environment.region:
            yield grant.read("ecr:BatchGetImage", on=repository)
    for each in stack.resources:
        if isinstance(each, ExistingRole):
            yield grant.read("iam:GetRole", on=each.may_be(environment))
        elif isinstance(each, ExistingBucket):
            yield grant.read("s3:GetEncryptionConfiguration", on=environment.s3(each.name))
