"""The printed policy allows every call of the commands and nothing that none of them needs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs import spec as specs
from s3ecs.aws import grant
from s3ecs.aws.connect import connect, unconnected
from s3ecs.cli.needs import Needs
from s3ecs.local import programs
from s3ecs.local.programs import Program
from s3ecs.stack.build import build
from tests.cli.terminal import JOB
from tests.resources.changes import CASES
from tests.resources.changes.role import NOTHING
from tests.resources.scene import NETWORK, Scene

from .evaluator import allows, matching
from .recorder import Recorder, account_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from s3ecs.aws.session import Aws
    from s3ecs.engine.stack import Stack
    from s3ecs.local.control import Server
    from s3ecs.local.home import Home

    from .evaluator import Request

REGION = "ap-south-1"
ACCOUNT = "123456789012"
PRIVATE_TABLE = {"Name": "tag:Name", "Values": ["asks-own-private-a"]}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
EVENT = {"detail": {"bucket": {"name": "asks-bucket"}, "object": {"key": "old/a", "size": 1}}}

# What no run here comes to, and why it is needed.
UNSEEN = {
    "plan": {"ecs:ListTaskDefinitions"},  # of a task definition that has changed
    "test-upload": {"s3:AbortMultipartUpload"},  # an upload in parts that fails is given up
    "up": {"ec2:DeleteSecurityGroup"},  # in another network it is made anew
    "down": {"ec2:DescribeSubnets"},  # where somebody has a group of its name in some network
    "delete-data": {"ec2:DescribeSubnets"},
}


@dataclass(frozen=True)
class Course:
    """A spec, and what IAM would have been asked while it was worked with."""

    stack: Stack
    needs: Needs
    asked: dict[str, list[Request]]
    denied: dict[str, set[str]]
    """By use what the policy of the spec that was there at the time would not have allowed."""

    def policy(self, use: str) -> dict[str, Any]:
        """What ``s3ecs permissions --for USE`` prints."""
        return grant.document(self.needs.of(use))


class World:
    """One stack in the embedded AWS, which the commands take for any account."""

    def __init__(self, folder: Path, embedded: Server, clients: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
        self.embedded, self.patch = embedded, patch
        patch.chdir(folder)
        patch.setenv("S3ECS_SETTLE_SECONDS", "0")
        self.client: Callable[[str], Any] = lambda service: clients(service, region=REGION)
        self.recorder = Recorder(account_of(self.client, ACCOUNT, REGION), patch)
        self.denied: dict[str, set[str]] = {}
        self.seen: dict[str, int] = {}
        self.file = folder / "s3ecs.yaml"
        keys = {"aws_access_key_id": embedded.access_key, "aws_secret_access_key": embedded.secret_key}
        self.aws: Aws = connect(region=REGION, endpoint=embedded.endpoint, keys=keys, tell=lambda *_: None)

    def write(self, **keys: Any) -> None:
        """The spec."""
        self.file.write_text(json.dumps({"region": REGION, **keys}), encoding="utf-8")

    def start(self, job: str) -> None:
        """A run, and a task that no run has started."""
        environment, name = self.aws.environment, f"{self.needs.spec.name}-{job}"
        machine = environment.arn("states", f"stateMachine:{name}")
        self.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(EVENT))
        definition = json.loads(
            self.client("stepfunctions").describe_state_machine(stateMachineArn=machine)["definition"]
        )
        network = definition["States"]["Run"]["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
        self.client("ecs").run_task(
            cluster=self.needs.spec.name,
            taskDefinition=name,
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": network["Subnets"],
                    "securityGroups": network["SecurityGroups"],
                }
            },
        )

    def type(self, use: str, *arguments: str) -> Any:
        """A command as in any account."""
        with self.patch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self.embedded.endpoint)
            patch.setenv("AWS_ACCESS_KEY_ID", self.embedded.access_key)
            patch.setenv("AWS_SECRET_ACCESS_KEY", self.embedded.secret_key)
            try:
                return self.recorder.type(use, *arguments)
            finally:
                policy = grant.document(self.needs.of(use))
                asked = self.recorder.asked[use]
                self.denied.setdefault(use, set()).update(
                    str(each) for each in asked[self.seen.get(use, 0) :] if not allows(policy, each)
                )
                self.seen[use] = len(asked)

    @property
    def needs(self) -> Needs:
        """As the command makes it."""
        spec = specs.load(self.file)
        environment = unconnected(account=ACCOUNT, region=REGION, profile=None)
        return Needs(spec, build(spec, environment), environment)

    def course(self) -> Course:
        """What has come of it so far."""
        needs = self.needs
        return Course(needs.stack, needs, self.recorder.asked, self.denied)

    def drift(self, kinds: Callable[[str], bool]) -> None:
        """Every setting of these kinds, changed behind the stack's back and then put back by ``up``."""
        stack = build(specs.load(self.file), self.aws.environment)
        aws = self.aws.fresh()
        given = {each.key: each.read(aws) for each in stack.resources}
        subjects = {each.kind: each for each in stack.resources}
        for case in CASES:
            if kinds(case.kind) and case.kind in subjects:
                scene = Scene(self.aws, subjects[case.kind])
                scene.__dict__["given"] = given
                case.act(scene)
        self.type("up", "up", "--yes", "--quiet")


@pytest.fixture(scope="module")
def make_world(
    embedded: Server, _clients: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], World]]:
    with pytest.MonkeyPatch.context() as patch:
        yield lambda: World(tmp_path_factory.mktemp("world"), embedded, _clients, patch)


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
    return {"convert": convert, **more}


@pytest.fixture(scope="module")
def plain(make_world: Callable[[], World], home: Home) -> Course:
    """In the default network: made, changed in every setting, run, pruned, taken down."""
    world = make_world()
    shared = {"name": "asks", "bucket": {"name": "asks-bucket", "versioning": True}, "tags": {"team": "data"}}
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/program:1"
    retired, empty = {**JOB, "image": image, "prefix": "old/"}, {**JOB, "prefix": "empty/"}
    forever = Program(argv=(sys.executable, "-c", "import time; time.sleep(600)"), folder="/")
    family = {
        "asks-retired": {"worker": forever},
        "asks-convert": {"worker": Program(argv=tuple(JOB["local"]), folder="/")},
    }
    programs.save(home, "asks", family)

    world.write(**shared, jobs=jobs(retired=retired, empty=empty))
    world.type("plan", "plan")
    world.type("up", "up", "--yes")
    world.start("retired")
    world.client("logs").create_log_stream(logGroupName="/s3ecs/asks/retired", logStreamName="some")
    world.write(**shared, jobs=jobs())
    world.type("plan", "plan")
    world.type("status", "status")
    world.type("up", "up", "--yes")
    world.drift(lambda kind: kind not in NETWORK)

    world.type("validate", "validate", "--online")
    world.type("test-upload", "test-upload", "target/test.csv")
    world.type("test-upload", "test-upload", "hoge/test.csv", "--expect-none", "--wait", "1")
    world.client("events").disable_rule(Name="asks-convert")
    with pytest.raises(Exception, match="no run started"):
        world.type("test-upload", "test-upload", "target/test.csv", "--wait", "1")
    world.type("status", "status")

    world.write(**shared, jobs=jobs(retired=retired))
    world.type("up", "up", "--yes")
    world.start("retired")
    world.write(**shared, jobs=jobs())
    policy = world.client("iam").create_policy(PolicyName="theirs", PolicyDocument=json.dumps(NOTHING))["Policy"]["Arn"]
    world.client("iam").attach_role_policy(RoleName=f"asks-events-{REGION}", PolicyArn=policy)
    for each in world.client("s3").list_object_versions(Bucket="asks-bucket")["Versions"]:
        world.client("s3").delete_object(Bucket="asks-bucket", Key=each["Key"], VersionId=each["VersionId"])
    world.type("down", "down", "--yes")

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
    world.write(**shared, network={"managed": {"nat_gateways": 1, "cidr": "10.77.0.0/20"}}, jobs=jobs())
    world.type("up", "up", "--yes")
    world.type("down", "down", "--yes")
    return world.course()


@pytest.fixture(scope="module")
def others(make_world: Callable[[], World]) -> Course:
    """With a bucket, a cluster, roles, a network, a boundary and secrets of somebody else's."""
    world = make_world()
    key = world.client("kms").create_key()["KeyMetadata"]
    world.client("kms").create_alias(AliasName="alias/theirs", TargetKeyId=key["KeyId"])
    where = {"LocationConstraint": REGION}
    world.client("s3").create_bucket(Bucket="theirs-bucket", CreateBucketConfiguration=where)
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
        "jobs": {"convert": convert},
    }
    world.write(**shared, bucket={"name": "theirs-bucket", "existing": True})
    world.type("plan", "plan")
    world.type("up", "up", "--yes")
    world.client("iam").delete_role_permissions_boundary(RoleName=f"asks-others-events-{REGION}")
    world.type("up", "up", "--yes")
    world.type("validate", "validate", "--online")
    world.recorder.asked["switch-off-events"] = []
    world.type("switch-off-events", "down", "--yes", "--switch-off-events")
    return world.course()


def spare(course: Course, use: str) -> list[str]:
    """The actions and ARNs of statements that no request has needed there."""
    policy = course.policy(use)
    used: set[tuple[int, str]] = set()
    for request in course.asked[use]:
        for statement in matching(policy, request):
            used.add((policy["Statement"].index(statement), request.action.lower()))
    return sorted(
        f"{action} in {each.get('Condition', 'no condition')}"
        for at, each in enumerate(policy["Statement"])
        for action in each["Action"]
        if (at, action.lower()) not in used and action not in UNSEEN.get(use, ())
    )


COURSES = [
    *(("plain", use) for use in ("plan", "up", "status", "validate", "test-upload", "down", "delete-data")),
    *(("own_network", use) for use in ("plan", "up", "down")),
    *(("others", use) for use in ("plan", "up", "validate", "switch-off-events")),
]


NO_SPARE = [
    *((name, use, "") for name, use in COURSES if name == "plain"),
    # What is the same in every stack is gone through in that of the default network.
    *(("own_network", use, "ec2:") for use in ("plan", "up", "down")),
    *(("others", "up", service) for service in ("kms:", "ssm:", "secretsmanager:")),
    ("others", "switch-off-events", "s3:"),
]


@pytest.mark.parametrize(("name", "use"), COURSES)
def test_every_call_is_allowed(name: str, use: str, request: pytest.FixtureRequest) -> None:
    course: Course = request.getfixturevalue(name)
    assert course.asked[use]
    assert "\n".join(sorted(course.denied[use])) == ""


@pytest.mark.parametrize(("name", "use", "service"), NO_SPARE)
def test_nothing_is_allowed_that_no_call_needs(
    name: str, use: str, service: str, request: pytest.FixtureRequest
) -> None:
    found = [each for each in spare(request.getfixturevalue(name), use) if each.startswith(service)]
    assert "\n".join(found) == ""
