"""Each gap of moto's that we mend: closed here, and still open in moto itself.

The second half of a pair fails when moto mends the gap, so that our file can go.
"""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.iam.models import IAMBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .chain import Pipeline

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PLACE = {"LocationConstraint": "eu-central-1"}
TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """boto3 clients of an unmended moto, in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield lambda service: boto3.client(service, region_name="eu-central-1")


def events_flag(s3: Any, bucket: str) -> bool:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=PLACE)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    return "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=bucket)


def test_the_eventbridge_flag_is_read_back(pipeline: Pipeline) -> None:
    assert events_flag(pipeline.s3, f"flag-{pipeline.name}")


def versions(s3: Any, bucket: str) -> list[str]:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=PLACE)
    s3.put_object(Bucket=bucket, Key="a+b/\a \r")
    return [each["Key"] for each in s3.list_object_versions(Bucket=bucket, Prefix="a+b/")["Versions"]]


def test_versions_of_any_key_are_listed(pipeline: Pipeline) -> None:
    assert versions(pipeline.s3, f"keys-{pipeline.name}") == ["a+b/\a \r"]


def test_moto_still_cannot_list_versions_of_such_keys(stock: Callable[[str], Any]) -> None:
    with pytest.raises(ClientError, match="500"):
        versions(stock("s3"), "keys")


def test_moto_still_hides_the_eventbridge_flag(stock: Callable[[str], Any]) -> None:
    assert not events_flag(stock("s3"), "flag")


def test_the_flag_stands_beside_other_notifications_and_off_is_off(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    queue = {"QueueArn": "arn:aws:sqs:eu-central-1:123456789012:q", "Events": ["s3:ObjectCreated:*"], "Id": "i"}
    both = {"QueueConfigurations": [queue], "EventBridgeConfiguration": {}}
    pipeline.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=both)
    found = pipeline.s3.get_bucket_notification_configuration(Bucket=bucket)
    assert {name: found[name] for name in both} == both
    pipeline.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [queue]}
    )
    found = pipeline.s3.get_bucket_notification_configuration(Bucket=bucket)
    assert "EventBridgeConfiguration" not in found
    assert found["QueueConfigurations"] == [queue]
    pipeline.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    found = pipeline.s3.get_bucket_notification_configuration(Bucket=bucket)
    assert set(found) == {"ResponseMetadata"}


def tags_at_creation(s3: Any, bucket: str) -> list[dict[str, str]]:
    tags = [{"Key": "s3ecs:stack", "Value": "<&é>"}]
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={**PLACE, "Tags": tags})
    try:
        found: list[dict[str, str]] = s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
    except ClientError:
        return []
    return found


def test_a_bucket_keeps_the_tags_of_its_creation(pipeline: Pipeline) -> None:
    assert tags_at_creation(pipeline.s3, f"tags-{pipeline.name}") == [{"Key": "s3ecs:stack", "Value": "<&é>"}]


def test_moto_still_drops_the_tags_of_a_creation(stock: Callable[[str], Any]) -> None:
    assert tags_at_creation(stock("s3"), "tags") == []


def defaults(s3: Any, bucket: str) -> tuple[Any, ...]:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=PLACE)
    found: list[Any] = []
    reads: list[Callable[[], Any]] = [
        lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],
        lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0],
        lambda: s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"][0],
    ]
    for read in reads:
        try:
            found.append(read())
        except ClientError:
            found.append(None)
    return tuple(found)


def test_a_new_bucket_has_the_defaults_of_aws(pipeline: Pipeline) -> None:
    access, encryption, ownership = defaults(pipeline.s3, f"new-{pipeline.name}")
    assert all(access.values())
    assert len(access) == 4
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert ownership == {"ObjectOwnership": "BucketOwnerEnforced"}


def test_moto_still_makes_bare_buckets(stock: Callable[[str], Any]) -> None:
    assert defaults(stock("s3"), "new") == (None, None, None)


def survives_tls_only(s3: Any, bucket: str) -> bool:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=PLACE)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(TLS_ONLY).replace("BUCKET", bucket))
    try:
        s3.put_object(Bucket=bucket, Key="k", Body=b"1")
        s3.get_object(Bucket=bucket, Key="k")["Body"].close()
    except ClientError:
        return False
    return True


def test_a_tls_only_policy_locks_nobody_out(pipeline: Pipeline) -> None:
    assert survives_tls_only(pipeline.s3, f"tls-{pipeline.name}")


def test_moto_still_reads_a_tls_only_policy_as_a_denial(stock: Callable[[str], Any]) -> None:
    assert not survives_tls_only(stock("s3"), "tls")


def test_a_denial_without_conditions_still_denies(pipeline: Pipeline) -> None:
    bucket = pipeline.bucket()
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    pipeline.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    pipeline.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    with pytest.raises(ClientError, match="403"):
        pipeline.s3.get_object(Bucket=bucket, Key="k")


def indexed_rule(client: Callable[[str], Any], rule: str) -> list[dict[str, Any]]:
    client("events").put_rule(Name=rule, EventPattern='{"source": ["x"]}', Tags=[{"Key": "which", "Value": rule}])
    index = client("resourcegroupstaggingapi")
    found: list[dict[str, Any]] = index.get_resources(TagFilters=[{"Key": "which", "Values": [rule]}])[
        "ResourceTagMappingList"
    ]
    return found


def test_the_tagging_index_lists_rules(clients: Callable[..., Any], pipeline: Pipeline) -> None:
    [found] = indexed_rule(clients, pipeline.name)
    assert found["ResourceARN"].endswith(f":rule/{pipeline.name}")
    index = clients("resourcegroupstaggingapi")
    by_type = index.get_resources(TagFilters=[{"Key": "which"}], ResourceTypeFilters=["events:rule"])
    assert found in by_type["ResourceTagMappingList"]


def test_motos_tagging_index_still_lacks_rules(stock: Callable[[str], Any]) -> None:
    assert indexed_rule(stock, "r") == []


def indexed_repository(client: Callable[[str], Any], name: str) -> list[dict[str, Any]]:
    client("ecr").create_repository(repositoryName=name, tags=[{"Key": "which", "Value": name}])
    index = client("resourcegroupstaggingapi")
    found: list[dict[str, Any]] = index.get_resources(TagFilters=[{"Key": "which", "Values": [name]}])[
        "ResourceTagMappingList"
    ]
    return found


def test_the_tagging_index_lists_repositories(clients: Callable[..., Any], pipeline: Pipeline) -> None:
    name = f"{pipeline.name}/a"
    [found] = indexed_repository(clients, name)
    assert found["ResourceARN"].endswith(f":repository/{name}")
    index = clients("resourcegroupstaggingapi")
    for only, there in (("ecr:repository", True), ("events:rule", False)):
        listed = index.get_resources(TagFilters=[{"Key": "which"}], ResourceTypeFilters=[only])
        assert (found in listed["ResourceTagMappingList"]) is there


def test_motos_tagging_index_still_lacks_repositories(stock: Callable[[str], Any]) -> None:
    assert indexed_repository(stock, "team/r") == []


def reading_of_patterns(events: Any, rule: str) -> tuple[bool, bool]:
    """Whether a pattern with an unknown operator is refused, and whether TestEventPattern answers."""
    event = dict.fromkeys(("id", "account", "source", "time", "region", "detail-type"), "x")
    refused = False
    try:
        events.put_rule(Name=rule, EventPattern='{"source": [{"begins": "x"}]}')
    except events.exceptions.InvalidEventPatternException:
        refused = True
    answer = events.test_event_pattern(EventPattern='{"source": ["x"]}', Event=json.dumps(event))
    return refused, "Result" in answer


def test_patterns_are_read_as_on_aws(pipeline: Pipeline) -> None:
    assert reading_of_patterns(pipeline.events, pipeline.name) == (True, True)


def test_moto_still_takes_unknown_operators_and_tests_no_pattern(stock: Callable[[str], Any]) -> None:
    assert reading_of_patterns(stock("events"), "r") == (False, False)


def recreated(ecs: Any, name: str) -> list[dict[str, str]]:
    tags = [{"key": "a", "value": "b"}]
    ecs.create_cluster(clusterName=name, tags=tags)
    with contextlib.suppress(ecs.exceptions.InvalidParameterException):
        ecs.create_cluster(clusterName=name)
    found: list[dict[str, str]] = ecs.describe_clusters(clusters=[name], include=["TAGS"])["clusters"][0].get(
        "tags", []
    )
    return found


def test_creating_a_cluster_again_does_not_replace_it(pipeline: Pipeline) -> None:
    assert recreated(pipeline.ecs, f"again-{pipeline.name}") == [{"key": "a", "value": "b"}]
    pipeline.ecs.create_cluster(clusterName=f"again-{pipeline.name}", tags=[{"key": "a", "value": "b"}])


def test_moto_still_replaces_clusters(stock: Callable[[str], Any]) -> None:
    assert recreated(stock("ecs"), "again") == []


def after_deregistering(ecs: Any, family: str) -> int | None:
    containers = [{"name": "main", "image": "i", "memory": 128}]
    for _ in range(2):
        ecs.register_task_definition(family=family, containerDefinitions=containers)
    ecs.deregister_task_definition(taskDefinition=f"{family}:2")
    return int(ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]["revision"])


def test_a_family_means_its_latest_active_revision(pipeline: Pipeline) -> None:
    family = f"family-{pipeline.name}"
    assert after_deregistering(pipeline.ecs, family) == 1
    pipeline.ecs.deregister_task_definition(taskDefinition=f"{family}:1")
    with pytest.raises(ClientError, match="Unable to describe task definition"):
        pipeline.ecs.describe_task_definition(taskDefinition=family)
    assert pipeline.ecs.describe_task_definition(taskDefinition=f"{family}:2")["taskDefinition"]["status"] == "INACTIVE"


def test_moto_still_takes_the_latest_revision_whatever_its_status(stock: Callable[[str], Any]) -> None:
    assert after_deregistering(stock("ecs"), "family") == 2


def test_many_roles_are_made_and_read_at_once(clients: Callable[..., Any], pipeline: Pipeline) -> None:
    iam = clients("iam")

    def make(number: int) -> str:
        name = f"{pipeline.name}-{number}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        return str(iam.get_role(RoleName=name)["Role"]["RoleName"])

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(make, range(100)))
    assert made == [f"{pipeline.name}-{number}" for number in range(100)]


def test_moto_still_hands_out_the_mapping_of_roles_itself() -> None:
    iam = IAMBackend("global", "123456789012")
    assert isinstance(iam.get_roles(), type({}.values()))


def policy_after_another_setting(sqs: Any, name: str) -> bool:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow"}]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["VisibilityTimeout"] == "7"
    return "Policy" in found


def test_another_setting_leaves_a_queue_s_policy_alone(pipeline: Pipeline) -> None:
    sqs = pipeline.clients("sqs")
    assert policy_after_another_setting(sqs, f"policy-{pipeline.name}")
    url = sqs.get_queue_url(QueueName=f"policy-{pipeline.name}")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_moto_still_drops_a_queue_s_policy_with_another_setting(stock: Callable[[str], Any]) -> None:
    assert not policy_after_another_setting(stock("sqs"), "policy")


def nat_gateway(ec2: Any, name: str) -> tuple[int, bool]:
    """How many are found by a tag that another has, and whether a deleted one still has its address."""
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(
        SubnetId=subnet,
        AllocationId=address,
        TagSpecifications=[{"ResourceType": "natgateway", "Tags": [{"Key": "which", "Value": name}]}],
    )["NatGateway"]["NatGatewayId"]
    found = ec2.describe_nat_gateways(Filter=[{"Name": "tag:which", "Values": [f"not-{name}"]}])["NatGateways"]
    mine = ec2.describe_nat_gateways(Filter=[{"Name": "tag:which", "Values": [name]}])["NatGateways"]
    assert [each["NatGatewayId"] for each in mine] == [made]
    ec2.delete_nat_gateway(NatGatewayId=made)
    [after] = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    return len(found), bool(after.get("AssociationId"))


def test_a_nat_gateway_is_found_by_its_tags_and_gives_its_address_back(
    clients: Callable[..., Any], pipeline: Pipeline
) -> None:
    assert nat_gateway(clients("ec2"), pipeline.name) == (0, False)


def test_moto_still_lists_every_nat_gateway_and_keeps_its_address(stock: Callable[[str], Any]) -> None:
    assert nat_gateway(stock("ec2"), "nat") == (1, True)


def test_an_unknown_nat_gateway_is_an_error(clients: Callable[..., Any]) -> None:
    for call in ("delete_nat_gateway", "describe_nat_gateways"):
        unknown = "nat-0123456789abcdef0"
        which = {"NatGatewayId": unknown} if call.startswith("delete") else {"NatGatewayIds": [unknown]}
        with pytest.raises(ClientError, match="NatGatewayNotFound"):
            getattr(clients("ec2"), call)(**which)


def test_moto_still_falls_over_an_unknown_nat_gateway(stock: Callable[[str], Any]) -> None:
    with pytest.raises(AttributeError):
        stock("ec2").delete_nat_gateway(NatGatewayId="nat-0123456789abcdef0")


def endpoint_of_a_later_table(ec2: Any) -> bool:
    """Whether a table that an endpoint is given later leads to it; the endpoint is deleted again."""
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    service = f"com.amazonaws.{ec2.meta.region_name}.s3"
    endpoint = {"VpcId": vpc, "ServiceName": service, "VpcEndpointType": "Gateway"}
    made = ec2.create_vpc_endpoint(**endpoint)["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=made, AddRouteTableIds=[table])
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    leads = any(route.get("GatewayId") == made for route in found["Routes"])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    return leads


def test_an_endpoint_s_routes_follow_its_tables(clients: Callable[..., Any]) -> None:
    assert endpoint_of_a_later_table(clients("ec2"))


def test_moto_still_cannot_delete_an_endpoint_whose_tables_have_changed(stock: Callable[[str], Any]) -> None:
    with pytest.raises(ClientError, match=r"InvalidRoute\.NotFound"):
        endpoint_of_a_later_table(stock("ec2"))


def two_endpoints_of_one_table(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    service = f"com.amazonaws.{ec2.meta.region_name}.s3"
    for _ in range(2):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Gateway", RouteTableIds=[table])


def test_a_table_leads_to_one_endpoint_of_a_service(clients: Callable[..., Any]) -> None:
    with pytest.raises(ClientError, match="RouteAlreadyExists"):
        two_endpoints_of_one_table(clients("ec2"))


def test_moto_still_makes_a_second_endpoint_of_a_table(stock: Callable[[str], Any]) -> None:
    two_endpoints_of_one_table(stock("ec2"))


def default_routes(ec2: Any) -> list[str]:
    """Where the default VPC's route table leads to the internet."""
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["RouteTables"]
    routes = [route for table in tables for route in table["Routes"]]
    return [route["GatewayId"][:4] for route in routes if route.get("DestinationCidrBlock") == "0.0.0.0/0"]


def test_the_default_vpc_has_a_way_out(clients: Callable[..., Any]) -> None:
    assert default_routes(clients("ec2", region="eu-west-3")) == ["igw-"]


def test_motos_default_vpc_still_has_none(stock: Callable[[str], Any]) -> None:
    assert default_routes(stock("ec2")) == []


def deleted_with_a_service(ecs: Any, name: str) -> str:
    ecs.create_cluster(clusterName=name)
    ecs.register_task_definition(family=name, containerDefinitions=[{"name": "main", "image": "i", "memory": 128}])
    ecs.create_service(cluster=name, serviceName="serves", taskDefinition=name, desiredCount=0)
    with contextlib.suppress(ecs.exceptions.ClusterContainsServicesException):
        ecs.delete_cluster(cluster=name)
    return str(ecs.describe_clusters(clusters=[name])["clusters"][0]["status"])


def test_a_cluster_with_a_service_is_not_deleted(pipeline: Pipeline) -> None:
    name = f"serving-{pipeline.name}"
    assert deleted_with_a_service(pipeline.ecs, name) == "ACTIVE"
    pipeline.ecs.delete_service(cluster=name, service="serves")
    pipeline.ecs.delete_cluster(cluster=name)


def test_moto_still_deletes_a_cluster_under_its_services(stock: Callable[[str], Any]) -> None:
    assert deleted_with_a_service(stock("ecs"), "serving") == "INACTIVE"


def describes_when_deleted(ecs: Any, family: str, begin: Callable[[], Any]) -> bool:
    begin()
    ecs.deregister_task_definition(taskDefinition=f"{family}:1")
    ecs.delete_task_definitions(taskDefinitions=[f"{family}:1"])
    try:
        found = ecs.describe_task_definition(taskDefinition=f"{family}:1")["taskDefinition"]
    except ecs.exceptions.ClientException:
        return False
    return bool(found["status"] == "DELETE_IN_PROGRESS")


def test_a_deleted_task_definition_is_described_while_a_task_is_at_work_by_it(pipeline: Pipeline) -> None:
    pipeline.program("import time; time.sleep(60)")
    tasks: list[str] = []
    begin = lambda: tasks.append(pipeline.run_task()["taskArn"])  # noqa: E731
    assert describes_when_deleted(pipeline.ecs, pipeline.name, begin)
    assert pipeline.ecs.list_task_definitions(familyPrefix=pipeline.name)["taskDefinitionArns"] == []
    pipeline.ecs.stop_task(cluster=pipeline.name, task=tasks[0])
    pipeline.stopped(tasks[0])


def test_moto_still_forgets_a_task_definition_under_its_tasks(stock: Callable[[str], Any]) -> None:
    ecs, ec2 = stock("ecs"), stock("ec2")
    ecs.create_cluster(clusterName="forgets")
    containers = [{"name": "main", "image": "i", "memory": 128}]
    ecs.register_task_definition(
        family="forgets", networkMode="awsvpc", cpu="256", memory="512", containerDefinitions=containers
    )
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}}

    def begin() -> None:
        ecs.run_task(cluster="forgets", taskDefinition="forgets", launchType="FARGATE", networkConfiguration=network)

    assert not describes_when_deleted(ecs, "forgets", begin)
