"""What is done with a stack while every call is noted: each course once, for all tests."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.local import programs
from s3ecs.local.programs import Program
from tests.cli.terminal import JOB
from tests.resources.changes.role import NOTHING
from tests.resources.changes.shared import key_for_logs
from tests.resources.scene import NETWORK, TAGGED

from .world import ACCOUNT, REGION, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.local.control import Server
    from s3ecs.local.home import Home

    from .world import Course

PRIVATE_TABLE = {"Name": "tag:Name", "Values": ["asks-own-private-a"]}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
OF_MACHINES = "/aws/vendedlogs/states/s3ecs/asks"
BUILT = {"image": "program", "command": ["{key}"], "prefix": "built/"}


@pytest.fixture(scope="module")
def make_world(
    embedded: Server, clients: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], World]]:
    with pytest.MonkeyPatch.context() as patch:
        yield lambda: World(tmp_path_factory.mktemp("world"), embedded, clients, patch)


def jobs(**more: Any) -> dict[str, Any]:
    """One job with all that the changes expect of it."""
    sidecar = {"image": "registry.example/proxy:1", "cpu": 64}
    convert = {
        **JOB,
        "prefix": "target/",
        "environment": {"ENV": "dev"},
        "sidecars": {"proxy": sidecar},
        "spot": True,
        "ephemeral_storage": 40,
        "hardened": True,
        "memory": 1024,
    }
    return {**more, "convert": convert}  # changes are made to what is of the last


@pytest.fixture(scope="module")
def plain(make_world: Callable[[], World], home: Home) -> Course:
    """In the default network: made, changed in every setting, run, pruned, taken down."""
    world = make_world()
    shared = {
        "name": "asks",
        "bucket": {"name": "asks-bucket", "versioning": True},
        "tags": {"team": "data"},
        "keep_images": 1,
    }
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/program:1"
    retired, empty = {**JOB, "image": image, "prefix": "old/"}, {**JOB, "prefix": "empty/"}
    forever = Program(argv=(sys.executable, "-c", "import time; time.sleep(600)"), folder="/")
    family = {
        "asks-retired": {"worker": forever},
        "asks-built": {"worker": forever},
        "asks-convert": {"worker": Program(argv=tuple(JOB["local"]), folder="/")},
    }
    programs.save(home, "asks", family)

    world.write(**shared, jobs=jobs(built=BUILT, retired=retired, empty=empty))
    world.type("plan", "plan")
    world.type("up", "up", "--yes")
    world.start("retired")
    world.client("logs").create_log_stream(logGroupName="/s3ecs/asks/retired", logStreamName="some")
    world.write(**shared, jobs=jobs(built=BUILT))
    world.program("FROM scratch\nLABEL a=1")
    world.type("plan", "plan")
    world.type("status", "status")
    world.type("up", "up", "--yes")
    world.drift(lambda kind: kind not in NETWORK)
    world.client("logs").associate_kms_key(logGroupName=OF_MACHINES, kmsKeyId=key_for_logs(world.aws))
    task = world.run_task("built")
    world.type("up", "up", "--yes", "--quiet", "--rebuild")
    world.client("ecs").stop_task(cluster="asks", task=task)

    world.type("validate", "validate", "--online")
    world.type("test-upload", "test-upload", "target/test.csv")
    world.type("test-upload", "test-upload", "hoge/test.csv", "--expect-none", "--wait", "1")
    world.client("events").disable_rule(Name="asks-convert")
    ecr, repository = world.client("ecr"), "asks/built"
    arn = ecr.describe_repositories(repositoryNames=[repository])["repositories"][0]["repositoryArn"]
    ecr.untag_resource(resourceArn=arn, tagKeys=["team"])
    with pytest.raises(Exception, match="no run started"):
        world.type("test-upload", "test-upload", "target/test.csv", "--wait", "1")
    world.type("status", "status")

    world.write(**shared, jobs=jobs(built=BUILT, retired=retired))
    world.type("up", "up", "--yes")
    world.start("retired")
    world.write(**shared, jobs=jobs(built=BUILT))
    policy = world.client("iam").create_policy(PolicyName="theirs", PolicyDocument=json.dumps(NOTHING))["Policy"]["Arn"]
    world.client("iam").attach_role_policy(RoleName=f"asks-events-{REGION}", PolicyArn=policy)
    for each in world.client("s3").list_object_versions(Bucket="asks-bucket")["Versions"]:
        world.client("s3").delete_object(Bucket="asks-bucket", Key=each["Key"], VersionId=each["VersionId"])
    images = [{"imageDigest": each["imageDigest"]} for each in ecr.list_images(repositoryName=repository)["imageIds"]]
    ecr.batch_delete_image(repositoryName=repository, imageIds=images)
    world.type("down", "down", "--yes")

    ecr.create_repository(repositoryName=repository, tags=[{"Key": "s3ecs:stack", "Value": "asks"}])
    where = {"LocationConstraint": REGION, "Tags": [{"Key": "s3ecs:stack", "Value": "asks"}]}
    world.client("s3").create_bucket(Bucket="asks-bucket", CreateBucketConfiguration=where)
    world.client("s3").put_object(Bucket="asks-bucket", Key="some")
    world.client("s3").create_multipart_upload(Bucket="asks-bucket", Key="part")
    world.recorder.asked["delete-data"] = list(world.recorder.asked["down"])
    world.type("delete-data", "down", "--delete-data", "--confirm", "asks")
    return world.course()


@pytest.fixture(scope="module")
def own_network(make_world: Callable[[], World]) -> Course:
    """In a network of the stack's own: made, changed in every setting, moved to another, taken down."""
    world = make_world()
    shared = {"name": "asks-own", "bucket": "asks-own-bucket", "tags": {"team": "data"}}
    world.write(**shared, network={"managed": {"nat_gateways": 1}}, jobs=jobs())
    world.type("plan", "plan")
    world.type("up", "up", "--yes")
    world.type("plan", "plan")
    world.drift(lambda kind: kind in (*NETWORK, "security-group"))
    world.type("up", "up", "--yes", "--quiet")
    ec2 = world.client("ec2")
    (table,) = ec2.describe_route_tables(Filters=[PRIVATE_TABLE])["RouteTables"]
    (association,) = table["Associations"]
    other = {"RouteTableId": ec2.create_route_table(VpcId=table["VpcId"])["RouteTable"]["RouteTableId"]}
    ec2.replace_route_table_association(AssociationId=association["RouteTableAssociationId"], **other)
    gateway = {"GatewayId": ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]}
    which = {"RouteTableId": table["RouteTableId"], **gateway}
    ec2.create_route(**which, DestinationCidrBlock="192.168.9.0/24")
    ec2.replace_route(**which, DestinationCidrBlock="0.0.0.0/0")
    world.type("up", "up", "--yes")
    ec2.delete_route_table(**other)
    world.write(**shared, network={"managed": {"nat_gateways": 1, "cidr": "10.77.0.0/20"}}, jobs=jobs(built=BUILT))
    world.type("up", "up", "--yes")

    assert world.disown() == set(TAGGED)
    world.recorder.asked["adopt"] = list(world.recorder.asked["up"])
    world.drift(lambda kind: kind in ("security-group", "route-table"))
    world.type("adopt", "up", "--yes", "--adopt")
    world.type("down", "down", "--yes")
    return world.course()


@pytest.fixture(scope="module")
def others(make_world: Callable[[], World]) -> Course:
    """With a bucket, a cluster, roles, a network, a boundary and secrets of somebody else's."""
    world = make_world()
    key = key_for_logs(world.aws)
    world.client("kms").create_alias(AliasName="alias/theirs", TargetKeyId=key.rpartition("/")[2])
    where = {"LocationConstraint": REGION}
    world.client("s3").create_bucket(Bucket="theirs-bucket", CreateBucketConfiguration=where)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    world.client("s3").put_bucket_encryption(
        Bucket="theirs-bucket", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    world.client("ecs").create_cluster(clusterName="theirs", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    for name, path in (("theirs-task", "/"), ("theirs-execution", "/some/")):
        world.client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST)
    bound = world.client("iam").create_policy(PolicyName="bound", PolicyDocument=json.dumps(NOTHING))["Policy"]["Arn"]
    ssm, secrets = world.client("ssm"), world.client("secretsmanager")
    ssm.put_parameter(Name="/theirs/token", Value="x", Type="SecureString", KeyId="alias/theirs")
    secrets.create_secret(Name="theirs-password", SecretString="x", KmsKeyId="alias/theirs")
    vpc = world.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    world.client("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Team", "Value": "data"}])
    group = world.client("ec2").create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc)["GroupId"]
    convert = {
        **jobs()["convert"],
        "task_role": "theirs-task",
        "execution_role": f"arn:aws:iam::{ACCOUNT}:role/some/theirs-execution",
        "secrets": {"TOKEN": {"parameter": "/theirs/token"}, "PASSWORD": {"secret": "theirs-password"}},
    }
    shared = {
        "name": "asks-others",
        "cluster": {"existing": "theirs"},
        "network": {"vpc": {"tag": {"Team": "data"}}, "security_groups": [group]},
        "permissions_boundary": bound,
        "path": "/batch/",
        "log_kms_key": "alias/theirs",
        "jobs": {"convert": convert},
    }
    world.write(**shared, bucket={"name": "theirs-bucket", "existing": True, "kms_key": "alias/theirs"})
    world.type("plan", "plan")
    world.type("up", "up", "--yes")
    world.client("iam").delete_role_permissions_boundary(RoleName=f"asks-others-events-{REGION}")
    for group in ("/s3ecs/asks-others/convert", "/aws/vendedlogs/states/s3ecs/asks-others"):
        world.client("logs").disassociate_kms_key(logGroupName=group)
    world.type("up", "up", "--yes")
    world.type("validate", "validate", "--online")
    world.type("down", "down", "--yes")
    world.recorder.asked["switch-off-events"] = list(world.recorder.asked["down"])
    world.type("switch-off-events", "down", "--yes", "--switch-off-events")
    return world.course()
