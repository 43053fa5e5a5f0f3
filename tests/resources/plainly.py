"""What somebody does to our things with plain calls: delete one, take its owner's tag away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.resources.applied_spec import SPEC_TAG
from s3ecs.resources.owned import STACK_TAG, to_pairs

from .scene import NETWORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene

Act = "Callable[[Scene], Any]"


def _delete_rule(scene: Scene) -> None:
    targets = scene.aws.events.list_targets_by_rule(Rule=scene.name)["Targets"]
    if targets:
        scene.aws.events.remove_targets(Rule=scene.name, Ids=[each["Id"] for each in targets])
    scene.aws.events.delete_rule(Name=scene.name)


def _delete_role(scene: Scene) -> None:
    for name in scene.aws.iam.list_role_policies(RoleName=scene.name)["PolicyNames"]:
        scene.aws.iam.delete_role_policy(RoleName=scene.name, PolicyName=name)
    scene.aws.iam.delete_role(RoleName=scene.name)


def _deregister(scene: Scene) -> None:
    for arn in scene.aws.ecs.list_task_definitions(familyPrefix=scene.name)["taskDefinitionArns"]:
        scene.aws.ecs.deregister_task_definition(taskDefinition=arn)


def _register_untagged(scene: Scene) -> None:
    register(scene, tags=[])


def register(scene: Scene, *, beside: bool = False, **changed: Any) -> None:
    """A new revision of the task definition, different in what is ``changed``; in place of the latest or ``beside``."""
    found = scene.aws.ecs.describe_task_definition(taskDefinition=scene.name, include=["TAGS"])
    settings = (
        "family",
        "taskRoleArn",
        "executionRoleArn",
        "networkMode",
        "containerDefinitions",
        "requiresCompatibilities",
        "cpu",
        "memory",
        "runtimePlatform",
        "ephemeralStorage",
        "pidMode",
        "volumes",
    )
    former = {key: found["taskDefinition"][key] for key in settings if key in found["taskDefinition"]}
    scene.aws.ecs.register_task_definition(**{**former, "tags": found["tags"], **changed})
    if not beside:
        scene.aws.ecs.deregister_task_definition(taskDefinition=found["taskDefinition"]["taskDefinitionArn"])


def _delete_route_table(scene: Scene) -> None:
    disassociate(scene)
    scene.aws.ec2.delete_route_table(RouteTableId=scene.seen().id)


def disassociate(scene: Scene) -> None:
    """A route table from its subnets."""
    (table,) = scene.aws.ec2.describe_route_tables(RouteTableIds=[scene.seen().id])["RouteTables"]
    for each in table["Associations"]:
        scene.aws.ec2.disassociate_route_table(AssociationId=each["RouteTableAssociationId"])


def detach(scene: Scene) -> None:
    """An internet gateway from its VPC."""
    seen = scene.seen()
    scene.aws.ec2.detach_internet_gateway(InternetGatewayId=seen.id, VpcId=seen.props["vpc"])


def _delete_internet_gateway(scene: Scene) -> None:
    detach(scene)
    scene.aws.ec2.delete_internet_gateway(InternetGatewayId=scene.seen().id)


def _untag_in_ec2(scene: Scene) -> None:
    scene.aws.ec2.delete_tags(Resources=[scene.seen().id], Tags=[{"Key": STACK_TAG}])


def container(scene: Scene, **changed: Any) -> None:
    """The same with a change in its first container."""
    found = scene.aws.ecs.describe_task_definition(taskDefinition=scene.name)["taskDefinition"]
    first, *others = found["containerDefinitions"]
    register(scene, containerDefinitions=[{**first, **changed}, *others])


DELETE: Final[dict[str, Callable[[Scene], Any]]] = {
    "applied-spec": lambda scene: scene.aws.sqs.untag_queue(QueueUrl=scene.seen().id, TagKeys=[SPEC_TAG]),
    "bucket": lambda scene: scene.aws.s3.delete_bucket(Bucket=scene.name),
    "cluster": lambda scene: scene.aws.ecs.delete_cluster(cluster=scene.name),
    "log-group": lambda scene: scene.aws.logs.delete_log_group(logGroupName=scene.name),
    "queue": lambda scene: scene.aws.sqs.delete_queue(QueueUrl=scene.seen().id),
    "image": lambda scene: scene.aws.client("ecr").batch_delete_image(
        repositoryName=scene.name, imageIds=[{"imageDigest": scene.seen().id.rpartition("@")[2]}]
    ),
    "repository": lambda scene: scene.aws.client("ecr").delete_repository(repositoryName=scene.name),
    "role": _delete_role,
    "rule": _delete_rule,
    "security-group": lambda scene: scene.aws.ec2.delete_security_group(GroupId=scene.seen().id),
    "state-machine": lambda scene: scene.aws.stepfunctions.delete_state_machine(stateMachineArn=scene.seen().id),
    "target": lambda scene: scene.aws.events.remove_targets(Rule=scene.name, Ids=[scene.name]),
    "task-definition": _deregister,
    "vpc": lambda scene: scene.aws.ec2.delete_vpc(VpcId=scene.seen().id),
    "subnet": lambda scene: scene.aws.ec2.delete_subnet(SubnetId=scene.seen().id),
    "internet-gateway": _delete_internet_gateway,
    "elastic-ip": lambda scene: scene.aws.ec2.release_address(AllocationId=scene.seen().id),
    "nat-gateway": lambda scene: scene.aws.ec2.delete_nat_gateway(NatGatewayId=scene.seen().id),
    "route-table": _delete_route_table,
    "vpc-endpoint": lambda scene: scene.aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[scene.seen().id]),
}

DISOWN: Final[dict[str, Callable[[Scene], Any]]] = {
    "bucket": lambda scene: scene.aws.s3.delete_bucket_tagging(Bucket=scene.name),
    "cluster": lambda scene: scene.aws.ecs.untag_resource(resourceArn=scene.seen().id, tagKeys=[STACK_TAG]),
    "log-group": lambda scene: scene.aws.logs.untag_resource(resourceArn=scene.seen().id, tagKeys=[STACK_TAG]),
    "queue": lambda scene: scene.aws.sqs.untag_queue(QueueUrl=scene.seen().id, TagKeys=[STACK_TAG]),
    "repository": lambda scene: scene.aws.client("ecr").untag_resource(
        resourceArn=scene.aws.environment.arn("ecr", f"repository/{scene.name}"), tagKeys=[STACK_TAG]
    ),
    "role": lambda scene: scene.aws.iam.untag_role(RoleName=scene.name, TagKeys=[STACK_TAG]),
    "rule": lambda scene: scene.aws.events.untag_resource(ResourceARN=scene.seen().id, TagKeys=[STACK_TAG]),
    **dict.fromkeys((*NETWORK, "security-group"), _untag_in_ec2),
    "state-machine": lambda scene: scene.aws.stepfunctions.untag_resource(
        resourceArn=scene.seen().id, tagKeys=[STACK_TAG]
    ),
    "task-definition": _register_untagged,
}


def make_bucket(scene: Scene) -> None:
    """A bucket with our tag and nothing else of ours."""
    aws = scene.aws
    tags = to_pairs({STACK_TAG: scene.stack})
    where = {"LocationConstraint": aws.environment.region, "Tags": tags}
    aws.s3.create_bucket(Bucket=scene.name, CreateBucketConfiguration=where)
