"""A stack among things of somebody else's: it uses them and leaves them as they were, but for the bucket's flag."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.aws.faults import unless
from s3ecs.errors import NotOurs, Refused
from s3ecs.resources.owned import to_pairs
from s3ecs.spec.model import Bucket, Cluster, Network, Tagged
from s3ecs.stack.existing import with_events_off
from tests.connected import connected

from . import test_whole_stack as whole
from .resources.scene import answering
from .test_whole_stack import Account, job, writes

if TYPE_CHECKING:
    from s3ecs.local.control import Server
    from s3ecs.spec.model import Spec

REGION = "ap-northeast-2"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
FLAG = "EventBridgeConfiguration"
NOTHING = {
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
}


@pytest.fixture(scope="module")
def account(embedded: Server) -> Account:
    return Account(connected(embedded, REGION))


def make_bucket(account: Account, name: str) -> None:
    """A bucket with something of everything that a bucket can have."""
    aws, where = account.aws, {"Bucket": name}
    aws.s3.create_bucket(**where, CreateBucketConfiguration={"LocationConstraint": REGION})
    url = aws.sqs.create_queue(QueueName=f"{name}-theirs")["QueueUrl"]
    arn = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rules = [{"Name": "prefix", "Value": "theirs/ü&<"}]
    queue = {
        "Id": "theirs",
        "QueueArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    aws.s3.put_bucket_notification_configuration(**where, NotificationConfiguration={"QueueConfigurations": [queue]})
    statement = {"Sid": "Theirs", "Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "s3:PutObject"}
    resource = {"Resource": f"arn:aws:s3:::{name}/${{theirs}}/*"}
    document = {"Version": "2008-10-17", "Id": "theirs", "Statement": [{**statement, **resource}]}
    aws.s3.put_bucket_policy(**where, Policy=json.dumps(document))
    aws.s3.put_bucket_tagging(**where, Tagging={"TagSet": to_pairs({"Theirs": "yes"})})
    expire = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": 9}}
    aws.s3.put_bucket_lifecycle_configuration(**where, LifecycleConfiguration={"Rules": [expire]})
    aws.s3.put_bucket_versioning(**where, VersioningConfiguration={"Status": "Enabled"})
    aws.s3.put_object(**where, Key="theirs/a", Body=b"1")


def bucket_as_it_is(account: Account, name: str) -> dict[str, Any]:
    """Everything that S3 says of a bucket."""
    asked = (
        "bucket_notification_configuration",
        "bucket_policy",
        "bucket_tagging",
        "bucket_lifecycle_configuration",
        "bucket_versioning",
        "bucket_encryption",
        "bucket_ownership_controls",
        "public_access_block",
        "bucket_acl",
    )
    return {each: _answer(account, f"get_{each}", name) for each in asked}


def _answer(account: Account, operation: str, bucket: str) -> Any:
    answer = unless(NOTHING, lambda: getattr(account.aws.s3, operation)(Bucket=bucket)) or {}
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def buckets(account: Account) -> set[str]:
    """The names of all buckets."""
    return {each["Name"] for each in account.aws.s3.list_buckets()["Buckets"]}


def roles_of(account: Account, begin: str) -> list[dict[str, Any]]:
    """All roles whose name begins so, under whatever path."""
    listed = account.aws.pages(account.aws.iam, "list_roles", "Roles")
    return [each for each in listed if each["RoleName"].startswith(begin)]


def with_flag(seen: dict[str, Any]) -> dict[str, Any]:
    """The same bucket with the flag on."""
    notification = {**seen["bucket_notification_configuration"], FLAG: {}}
    return {**seen, "bucket_notification_configuration": notification}


def spec(name: str, **fields: Any) -> Spec:
    """A stack whose bucket is there."""
    return replace(whole.spec(name), **{"bucket": Bucket(f"{name}-theirs", existing=True), **fields})


def test_an_existing_bucket_stays_as_it_was_but_for_the_flag(account: Account) -> None:
    one = spec("borrower")
    make_bucket(account, "borrower-theirs")
    before = bucket_as_it_is(account, "borrower-theirs")

    with account.calls() as calls:
        done = account.up(one)
    assert "update bucket/borrower-theirs" in done
    assert [call for call in writes(calls) if "Bucket" in call] == ["PutBucketNotificationConfiguration"]
    assert bucket_as_it_is(account, "borrower-theirs") == with_flag(before)

    with account.calls() as calls:
        assert account.up(one) == []
    assert writes(calls) == []

    account.down(one, delete_data=True)
    assert bucket_as_it_is(account, "borrower-theirs") == with_flag(before)
    account.apply(account.planned(with_events_off(account.stack(one).emptied())))
    assert bucket_as_it_is(account, "borrower-theirs") == before
    assert account.planned(with_events_off(account.stack(one).emptied())).writes == ()


def test_the_key_of_an_existing_bucket_is_the_tasks_to_use_and_the_bucket_stays_as_it_was(account: Account) -> None:
    one = spec("sealed", bucket=Bucket("sealed-theirs", existing=True, kms_key="alias/sealed"))
    make_bucket(account, "sealed-theirs")
    aws, kms = account.aws, account.aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/sealed", TargetKeyId=key.rpartition("/")[2])
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    aws.s3.put_bucket_encryption(Bucket="sealed-theirs", ServerSideEncryptionConfiguration={"Rules": [rule]})
    before = bucket_as_it_is(account, "sealed-theirs")

    with account.calls() as calls:
        account.up(one)
    assert [call for call in writes(calls) if "Bucket" in call] == ["PutBucketNotificationConfiguration"]
    assert bucket_as_it_is(account, "sealed-theirs") == with_flag(before)
    document = aws.iam.get_role_policy(RoleName=f"sealed-convert-task-{REGION}", PolicyName="s3ecs")["PolicyDocument"]
    (decrypt,) = (each for each in document["Statement"] if each["Action"] == ["kms:Decrypt"])
    assert decrypt["Resource"] == [key]
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": [f"s3.{REGION}.amazonaws.com"]}}
    assert account.up(one) == []

    account.apply(account.planned(with_events_off(account.stack(one).emptied())))
    account.down(one, delete_data=True)
    assert bucket_as_it_is(account, "sealed-theirs") == before


def test_a_flag_that_somebody_takes_off_is_put_back(account: Account) -> None:
    one = spec("flagless")
    make_bucket(account, "flagless-theirs")
    account.up(one)
    aws = account.aws
    aws.s3.put_bucket_notification_configuration(Bucket="flagless-theirs", NotificationConfiguration={})
    (step,) = account.planned(account.stack(one)).writes
    assert [(change.setting, change.observed, change.desired) for change in step.changes] == [
        ("events", "off", "EventBridge")
    ]
    assert account.up(one) == ["update bucket/flagless-theirs"]


def test_nothing_is_made_where_the_existing_bucket_is_absent(account: Account) -> None:
    with account.calls() as calls, pytest.raises(Refused, match="there is no bucket absent-theirs"):
        account.planned(account.stack(spec("absent")))
    assert writes(calls) == []
    assert account.planned(account.stack(spec("absent")).emptied()).writes == ()


def test_an_own_bucket_that_is_called_existing_is_neither_deleted_nor_forgotten(account: Account) -> None:
    own = replace(whole.spec("turncoat"), bucket=Bucket("turncoat-own"))
    account.up(own)
    called_existing = replace(own, bucket=Bucket("turncoat-own", existing=True))
    with account.calls() as calls, pytest.raises(Refused, match="turncoat-own was made by this stack"):
        account.planned(account.stack(called_existing))
    assert writes(calls) == []
    account.down(called_existing, delete_data=True)
    assert "turncoat-own" in buckets(account)

    account.aws.s3.delete_bucket_tagging(Bucket="turncoat-own")  # given away
    account.up(called_existing)
    account.down(called_existing, delete_data=True)
    assert "turncoat-own" in buckets(account)


def test_an_existing_bucket_that_the_spec_would_make_is_not_the_stacks_yet(account: Account) -> None:
    make_bucket(account, "eager-theirs")
    account.up(spec("eager"))
    before = bucket_as_it_is(account, "eager-theirs")
    eager = spec("eager", bucket=Bucket("eager-theirs"))
    for stack in (account.stack(eager), account.stack(eager).emptied()):
        with pytest.raises(NotOurs, match="bucket/eager-theirs"):
            account.planned(stack, delete_data=True)
    assert bucket_as_it_is(account, "eager-theirs") == before


def test_a_stack_that_moves_to_an_existing_bucket_keeps_its_own_while_that_holds_objects(account: Account) -> None:
    make_bucket(account, "mover-theirs")
    account.up(replace(whole.spec("mover"), bucket=Bucket("mover-own")))
    account.aws.s3.put_object(Bucket="mover-own", Key="a", Body=b"1")
    planned = account.planned(account.stack(spec("mover")))
    assert [step.key for step in planned.kept] == ["bucket/mover-own"]
    account.apply(planned)
    assert {"mover-own", "mover-theirs"} <= buckets(account)


def _make_role(account: Account, name: str) -> str:
    iam = account.aws.iam
    arn = str(
        iam.create_role(RoleName=name, Path="/theirs/", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    )
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=name, PolicyName="theirs", PolicyDocument=json.dumps(document))
    return arn


def _role_as_it_is(account: Account, name: str) -> Any:
    iam = account.aws.iam
    role = iam.get_role(RoleName=name)["Role"]
    policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return role, [iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in policies]


def _cluster_as_it_is(account: Account, name: str) -> Any:
    include = ["TAGS", "SETTINGS", "CONFIGURATIONS", "ATTACHMENTS"]
    return account.aws.ecs.describe_clusters(clusters=[name], include=include)["clusters"]


def test_an_existing_cluster_and_existing_roles_are_used_and_stay_as_they_were(account: Account) -> None:
    aws = account.aws
    aws.ecs.create_cluster(clusterName="shared", tags=[{"key": "Theirs", "value": "yes"}])
    tasks, ecs = _make_role(account, "shared-task"), _make_role(account, "shared-execution")
    jobs = (
        job("convert", task_role="shared-task", execution_role=ecs),
        job("report", task_role=tasks, execution_role="shared-execution"),
        job("sum"),
    )
    one = replace(whole.spec("guest", *jobs), cluster=Cluster(existing="shared"))
    before = _cluster_as_it_is(account, "shared"), _role_as_it_is(account, "shared-task")

    done = account.up(one)
    assert account.up(one) == []
    roles = {line.removeprefix("create role/") for line in done if line.startswith("create role/")}
    assert roles == {
        "guest-events-ap-northeast-2",
        *(f"guest-{name}-machine-ap-northeast-2" for name in ("convert", "report", "sum")),
        "guest-sum-task-ap-northeast-2",
        "guest-sum-execution-ap-northeast-2",
    }
    for name in ("convert", "report"):
        definition = aws.ecs.describe_task_definition(taskDefinition=f"guest-{name}")["taskDefinition"]
        assert (definition["taskRoleArn"], definition["executionRoleArn"]) == (tasks, ecs)
        document = aws.iam.get_role_policy(RoleName=f"guest-{name}-machine-{REGION}", PolicyName="s3ecs")
        (passed,) = (each for each in document["PolicyDocument"]["Statement"] if each["Action"] == ["iam:PassRole"])
        assert set(passed["Resource"]) == {tasks, ecs}
        assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}}
    machine = aws.stepfunctions.describe_state_machine(
        stateMachineArn=aws.environment.arn("states", "stateMachine:guest-convert")
    )
    parameters = json.loads(machine["definition"])["States"]["Run"]["Parameters"]
    assert parameters["Cluster"] == aws.environment.arn("ecs", "cluster/shared")

    account.down(one, delete_data=True)
    assert (_cluster_as_it_is(account, "shared"), _role_as_it_is(account, "shared-task")) == before


def test_down_stops_the_stacks_tasks_in_an_existing_cluster_and_no_others(account: Account) -> None:
    aws = account.aws
    aws.ecs.create_cluster(clusterName="busy")
    one, other = (replace(whole.spec(name), cluster=Cluster(existing="busy")) for name in ("tenant", "neighbour"))
    for each in (one, other):
        account.up(each)
    stopped: list[str] = []
    asked: list[str] = []

    def note(params: dict[str, Any], event_name: str, **_: Any) -> None:
        (asked if event_name.endswith("ListTasks") else stopped).append(params.get("family", params.get("task", "")))

    for operation in ("ListTasks", "StopTask"):
        aws.ecs.meta.events.register(f"provide-client-params.ecs.{operation}", note)
    with answering(aws.ecs, "ListTasks", "", http=200, taskArns=["tenants-task"]):
        account.down(one)
    assert stopped == ["tenants-task"]
    assert set(asked) == {"tenant-convert"}
    assert account.up(other) == []


def test_a_stack_that_moves_to_an_existing_cluster_gives_up_its_own(account: Account) -> None:
    account.aws.ecs.create_cluster(clusterName="roomy")
    account.up(whole.spec("settler"))
    moved = replace(whole.spec("settler"), cluster=Cluster(existing="roomy"))
    assert set(account.up(moved)) == {
        "update role/settler-convert-machine-ap-northeast-2",
        "update state-machine/settler-convert",
        "delete cluster/settler",
    }
    assert account.up(moved) == []


@pytest.mark.parametrize("path", ["/", "/team/a/"])
def test_roles_under_a_path_of_the_spec_are_found_again_and_pruned(path: str, account: Account) -> None:
    name = f"path{len(path)}"
    both = replace(whole.spec(name, job("convert"), job("report")), path=path)
    account.up(both)
    roles = roles_of(account, f"{name}-")
    assert {each["Path"] for each in roles} == {path}
    done = account.up(replace(whole.spec(name, job("convert")), path=path))
    assert {line for line in done if line.startswith("delete role/")} == {
        f"delete role/{name}-report-{purpose}-{REGION}" for purpose in ("task", "execution", "machine")
    }
    moved = account.up(whole.spec(name))
    assert {line for line in moved if line.startswith("replace role/")} == {
        f"replace role/{name}-{each}-{REGION}"
        for each in ("events", "convert-task", "convert-execution", "convert-machine")
    }
    account.down(whole.spec(name), delete_data=True)
    assert not roles_of(account, f"{name}-")


def test_the_same_stack_in_another_region_keeps_its_roles_under_the_same_path(
    account: Account, embedded: Server
) -> None:
    other = Account(connected(embedded, "eu-south-1"))
    long = "a" * 38
    one = replace(whole.spec("travelled", job("convert"), job(long)), path="/team/")
    there = replace(one, bucket=Bucket("travelled-elsewhere"))
    account.up(one)
    other.up(there)
    fewer = replace(one, jobs=one.jobs[:1])
    account.up(fewer)
    account.down(fewer, delete_data=True)
    assert other.up(there) == []


def test_a_boundary_is_put_on_every_role_and_taken_off_again(account: Account) -> None:
    iam = account.aws.iam
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    arns = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
        for name in ("bound-a", "bound-b")
    }

    def bounds() -> set[str | None]:
        listed = roles_of(account, "bounded-")
        roles = [iam.get_role(RoleName=each["RoleName"])["Role"] for each in listed]
        assert len(roles) == 4
        return {each.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") for each in roles}

    one = whole.spec("bounded")
    account.up(replace(one, permissions_boundary="bound-a"))
    assert bounds() == {arns["bound-a"]}
    assert len(account.up(replace(one, permissions_boundary=arns["bound-b"]))) == 4
    assert bounds() == {arns["bound-b"]}
    assert len(account.up(one)) == 4
    assert bounds() == {None}


def test_tasks_run_in_the_network_that_the_spec_chooses_by_tag(account: Account) -> None:
    ec2 = account.aws.ec2

    def tags(kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": to_pairs({"Use": "batch"})}]

    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=tags("vpc"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", TagSpecifications=tags("subnet"))
    given = ec2.create_security_group(
        GroupName="theirs", Description="x", VpcId=vpc, TagSpecifications=tags("security-group")
    )

    def configuration() -> Any:
        arn = account.aws.environment.arn("states", "stateMachine:housed-convert")
        machine = json.loads(account.aws.stepfunctions.describe_state_machine(stateMachineArn=arn)["definition"])
        return machine["States"]["Run"]["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]

    chosen = Tagged({"Use": "batch"})
    one = replace(whole.spec("housed"), network=Network(vpc=chosen, public_ip=False))
    account.up(one)
    (own,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["housed-tasks"]}])[
        "SecurityGroups"
    ]
    assert own["VpcId"] == vpc
    assert configuration() == {
        "Subnets": [subnet["Subnet"]["SubnetId"]],
        "SecurityGroups": [own["GroupId"]],
        "AssignPublicIp": "DISABLED",
    }
    theirs = replace(one, network=Network(subnets=chosen, security_groups=chosen))
    assert account.up(theirs) == ["update state-machine/housed-convert", "delete security-group/housed-tasks"]
    assert (configuration()["SecurityGroups"], account.up(theirs)) == ([given["GroupId"]], [])


def test_without_trust_conditions_the_plan_says_what_that_means(account: Account) -> None:
    one = replace(whole.spec("trusting"), trust_conditions=False)
    planned = account.planned(account.stack(one))
    note, *_ = planned.notes
    assert note.startswith("trust_conditions: false: ")
    account.apply(planned)
    roles = roles_of(account, "trusting-")
    statements = [each["AssumeRolePolicyDocument"]["Statement"] for each in roles]
    assert len(statements) == 4
    assert all("Condition" not in statement for (statement,) in statements)
    assert {line.partition("/")[0] for line in account.up(replace(one, trust_conditions=True))} == {"update role"}
    assert account.planned(account.stack(one).emptied()).notes == ()
