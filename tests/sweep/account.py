"""All that an account holds in one region, with every id replaced by a name: what two runs are compared by."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from s3ecs.engine.change import changes
from s3ecs.resources import ec2

from .calls import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Clients = Callable[[str], Any]
    Dump = dict[str, Any]

NETWORK = (
    ec2.VPC,
    ec2.SUBNET,
    ec2.INTERNET_GATEWAY,
    ec2.ELASTIC_IP,
    ec2.NAT_GATEWAY,
    ec2.ROUTE_TABLE,
    ec2.VPC_ENDPOINT,
)
# What is another one each time and says nothing of a stack: times, counters, addresses, what AWS numbers.
VOLATILE = re.compile(
    r"ResponseMetadata|.*(Date|Time|Timestamp|[cC]reatedAt|registeredAt|[mM]odified|CreatedTimestamp)$|revision|revisionId"
    r"|RoleId|UserId|OwnerId|Created.*|LastModified.*|.*IpAddress|PublicIp|PrivateIp|NetworkInterfaceId|.*AssociationId|.*AclId"
    r"|RequestId|CarrierIp|storedBytes|ETag|Approximate.*|SecurityGroupRuleId|DhcpOptionsId|AvailableIpAddressCount"
)
S3 = (
    ("get_public_access_block", "PublicAccessBlockConfiguration"),
    ("get_bucket_encryption", "ServerSideEncryptionConfiguration"),
    ("get_bucket_ownership_controls", "OwnershipControls"),
    ("get_bucket_versioning", "Status"),
    ("get_bucket_policy", "Policy"),
    ("get_bucket_lifecycle_configuration", "Rules"),
    ("get_bucket_notification_configuration", "EventBridgeConfiguration"),
    ("get_bucket_tagging", "TagSet"),
)


def dump(client: Clients, region: str) -> Dump:
    """Everything, by ``kind/name``; what has no name is told apart by its order."""
    found: list[tuple[str, Any]] = []
    for part in (_s3, _events, _states, _ecs, _iam, _logs, _sqs, _ec2):
        found.extend(part(client, region))
    names = _names(found) | _of_aws(client)
    told: Dump = {}
    for key, value in found:
        named, text = key, _text(value)
        for made_up, name in names.items():
            named, text = named.replace(made_up, name), text.replace(made_up, name)
        named, text = (REVISIONS.sub(r"\1:N", each) for each in (named, text))
        while named in told:
            named += "'"  # a twin
        told[named] = _settled(json.loads(text))
    return told


def differences(before: Dump, after: Dump) -> list[str]:
    """In words, what is not the same in two dumps."""
    lines = [f"missing: {key}" for key in before.keys() - after.keys()]
    lines += [f"too much: {key}" for key in after.keys() - before.keys()]
    for key in before.keys() & after.keys():
        for change in changes({key: before[key]}, {key: after[key]}):
            lines.append(f"other: {change.setting}: {change.observed} -> {change.desired}")
    return sorted(lines)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _settled(each) for key, each in value.items() if not VOLATILE.fullmatch(key)}
    if isinstance(value, list | tuple):
        return sorted(
            (_settled(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True, default=str)
        )
    return value


def _names(found: list[tuple[str, Any]]) -> dict[str, str]:
    """Id to name of all that EC2 lists, the longest id first."""
    names = {}
    for key, value in found:
        sort, _, made_up = key.partition("/")
        if any(sort == each.type for each in NETWORK) or sort == "security-group":
            names[made_up] = f"<{sort} {ec2.name_of(value) or value.get('GroupName') or ''}>"
    return names


def _of_aws(client: Clients) -> dict[str, str]:
    """Id to name of the lists of addresses that AWS keeps for its services."""
    lists = client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    return {each["PrefixListId"]: f"<{each['PrefixListName']}>" for each in lists}


def _s3(client: Clients, region: str) -> Iterator[tuple[str, Any]]:
    s3 = client("s3")
    for bucket in s3.list_buckets(BucketRegion=region)["Buckets"]:
        name = bucket["Name"]
        settings = {}
        for operation, key in S3:
            try:
                settings[operation] = getattr(s3, operation)(Bucket=name).get(key, "-")
            except s3.exceptions.ClientError as error:
                settings[operation] = error.response["Error"]["Code"]
        settings["objects"] = [each["Key"] for each in s3.list_objects_v2(Bucket=name).get("Contents", ())]
        yield f"bucket/{name}", settings


def _events(client: Clients, _: str) -> Iterator[tuple[str, Any]]:
    events = client("events")
    for rule in events.list_rules()["Rules"]:
        tags = events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
        targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        yield f"rule/{rule['Name']}", {"rule": rule, "tags": tags, "targets": targets}


def _states(client: Clients, _: str) -> Iterator[tuple[str, Any]]:
    states = client("stepfunctions")
    for machine in states.list_state_machines()["stateMachines"]:
        which = machine["stateMachineArn"]
        found = states.describe_state_machine(stateMachineArn=which)
        found["definition"] = json.loads(found["definition"])
        yield f"machine/{machine['name']}", {**found, "tags": states.list_tags_for_resource(resourceArn=which)["tags"]}


def _ecs(client: Clients, _: str) -> Iterator[tuple[str, Any]]:
    ecs = client("ecs")
    arns = ecs.list_clusters()["clusterArns"]
    for cluster in ecs.describe_clusters(clusters=arns, include=["TAGS", "SETTINGS"])["clusters"] if arns else ():
        if cluster["status"] != "INACTIVE":
            yield f"cluster/{cluster['clusterName']}", cluster
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        found = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        yield (
            f"task-definition/{arn.rpartition('/')[2]}",
            {"is": found["taskDefinition"], "tags": found.get("tags", [])},
        )


def _iam(client: Clients, region: str) -> Iterator[tuple[str, Any]]:
    iam = client("iam")
    for role in iam.list_roles(PathPrefix=f"/s3ecs/{region}/")["Roles"]:
        name = role["RoleName"]
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        yield (
            f"role/{name}",
            {
                "role": iam.get_role(RoleName=name)["Role"],
                "inline": [iam.get_role_policy(RoleName=name, PolicyName=each) for each in inline],
                "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
            },
        )


def _logs(client: Clients, _: str) -> Iterator[tuple[str, Any]]:
    logs = client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
        yield f"log-group/{group['logGroupName']}", {"group": group, "tags": tags}


def _sqs(client: Clients, _: str) -> Iterator[tuple[str, Any]]:
    sqs = client("sqs")
    for url in sqs.list_queues().get("QueueUrls", ()):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        tags = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
        yield f"queue/{url.rpartition('/')[2]}", {"attributes": found, "tags": tags}


def _ec2(client: Clients, _: str) -> Iterator[tuple[str, Any]]:
    found = client("ec2")
    for group in found.describe_security_groups()["SecurityGroups"]:
        yield f"security-group/{group['GroupId']}", group
    for sort in NETWORK:
        for each in getattr(found, sort.listing)()[sort.key]:
            if each.get("State") not in ("deleted", "deleting"):
                yield f"{sort.type}/{each[sort.id]}", each
