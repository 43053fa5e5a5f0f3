"""What IAM is asked for each call: an action and a resource, several of them for some.

Where nothing is said below, the action is the operation's name and the resource is what the request names. The
sources: [SAR] the Service Authorization Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/,
a page for each service, and [API] what the operation's own page says under permissions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .evaluator import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PREFIXES = {
    "stepfunctions": "states",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}

# [SAR, Amazon S3] and [API]: operations whose action has another name. HeadBucket: "you must have permissions to
# perform the s3:ListBucket action"; HeadObject: "you must have the s3:GetObject permission"; uploading in parts is
# s3:PutObject all along.
S3 = {
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}

# [SAR]: actions without a resource of their own.
UNLEVELED = {
    "events": {"ListRules"},
    "ecs": {"DescribeTaskDefinition", "DeregisterTaskDefinition", "ListTaskDefinitions", "ListTasks", "ListServices"},
    "iam": {"ListRoles", "GetAccountSummary"},
    "logs": {"DescribeLogGroups"},
    "ssm": {"DescribeParameters"},
    "resourcegroupstaggingapi": {"GetResources"},
    "service-quotas": {"GetServiceQuota"},
    "ecr": {"GetAuthorizationToken"},
}

# [SAR, Amazon EC2]: the types that an action that changes something is asked for, and where the request has their ids;
# None is what the call makes.
EC2: dict[str, dict[str, str | None]] = {
    "CreateVpc": {"vpc": None},
    "ModifyVpcAttribute": {"vpc": "VpcId"},
    "DescribeVpcAttribute": {"vpc": "VpcId"},
    "DeleteVpc": {"vpc": "VpcId"},
    "CreateSubnet": {"subnet": None, "vpc": "VpcId"},
    "DeleteSubnet": {"subnet": "SubnetId"},
    "CreateInternetGateway": {"internet-gateway": None},
    "AttachInternetGateway": {"internet-gateway": "InternetGatewayId", "vpc": "VpcId"},
    "DetachInternetGateway": {"internet-gateway": "InternetGatewayId", "vpc": "VpcId"},
    "DeleteInternetGateway": {"internet-gateway": "InternetGatewayId"},
    "AllocateAddress": {"elastic-ip": None},
    "ReleaseAddress": {"elastic-ip": "AllocationId"},
    "CreateNatGateway": {"natgateway": None, "subnet": "SubnetId", "elastic-ip": "AllocationId"},
    "DeleteNatGateway": {"natgateway": "NatGatewayId"},
    "CreateRouteTable": {"route-table": None, "vpc": "VpcId"},
    "DeleteRouteTable": {"route-table": "RouteTableId"},
    "CreateRoute": {"route-table": "RouteTableId"},
    "ReplaceRoute": {"route-table": "RouteTableId"},
    "DeleteRoute": {"route-table": "RouteTableId"},
    "AssociateRouteTable": {"route-table": "RouteTableId", "subnet": "SubnetId"},
    "ReplaceRouteTableAssociation": {"route-table": "RouteTableId"},
    "DisassociateRouteTable": {"route-table": "RouteTableId"},  # of the association
    "CreateVpcEndpoint": {"vpc-endpoint": None, "vpc": "VpcId", "route-table": "RouteTableIds"},
    "ModifyVpcEndpoint": {"vpc-endpoint": "VpcEndpointId", "route-table": "AddRouteTableIds"},
    "DeleteVpcEndpoints": {"vpc-endpoint": "VpcEndpointIds"},
    "CreateSecurityGroup": {"security-group": None, "vpc": "VpcId"},
    "DeleteSecurityGroup": {"security-group": "GroupId"},
    "AuthorizeSecurityGroupEgress": {"security-group": "GroupId"},
    "RevokeSecurityGroupEgress": {"security-group": "GroupId"},
    "RevokeSecurityGroupIngress": {"security-group": "GroupId"},
}
EC2_TYPES = {
    "vpc": "vpc",
    "subnet": "subnet",
    "igw": "internet-gateway",
    "eipalloc": "elastic-ip",
    "nat": "natgateway",
    "rtb": "route-table",
    "vpce": "vpc-endpoint",
    "sg": "security-group",
}


@dataclass(frozen=True)
class Account:
    """Where the calls go; ``tags_of`` says which tags an ARN carries now, ``path_of`` a role's path, if it is there."""

    account: str
    region: str
    tags_of: Callable[[str], Mapping[str, str]]
    path_of: Callable[[str], str | None]
    key_of: Callable[[str], tuple[str, list[str]] | None]
    """Of a bucket: the ARN and the aliases of the customer's key that it is encrypted with."""
    table_of: Callable[[str], str]
    """Of an association its route table."""

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def iam(self, rest: str) -> str:
        return f"arn:aws:iam::{self.account}:{rest}"


def requests(account: Account, service: str, operation: str, params: Mapping[str, Any]) -> list[Request]:
    """Everything that IAM is asked when this call is made."""
    if service == "sts":
        return []  # [API] GetCallerIdentity: "No permissions are required"
    find = {
        "s3": _s3,
        "ec2": _ec2,
        "iam": _iam,
        "ecs": _ecs,
        "events": _events,
        "stepfunctions": _states,
        "logs": _logs,
        "sqs": _sqs,
        "ecr": _ecr,
    }.get(service, _others)
    if operation in UNLEVELED.get(service, ()):
        context = (
            {"ecs:cluster": account.arn("ecs", f"cluster/{_name(params['cluster'])}")} if "cluster" in params else {}
        )
        return [Request(f"{PREFIXES.get(service, service)}:{operation}", "*", context)]
    return list(find(account, operation, params))


def _name(cluster: str) -> str:
    return cluster.rpartition("/")[2]


def _asked(tags: Any) -> dict[str, str]:
    """Tags in a request, whichever the service's way to write them."""
    pairs = tags.items() if isinstance(tags, dict) else [tuple(each.values()) for each in tags]
    return {f"aws:RequestTag/{key}": value for key, value in pairs}


def _has(account: Account, arn: str) -> dict[str, str]:
    return {f"aws:ResourceTag/{key}": value for key, value in account.tags_of(arn).items()}


def _has_if_written(account: Account, operation: str, arn: str) -> dict[str, str]:
    """Of what is only read no policy here asks for tags, and one that did would be found to be too narrow."""
    return {} if operation.startswith(("Get", "List", "Describe")) else _has(account, arn)


def _passing(arns: list[str], service: str) -> Iterator[Request]:
    # [SAR] dependent actions; https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    for arn in arns:
        yield Request("iam:PassRole", arn, {"iam:PassedToService": f"{service}.amazonaws.com"})


def _s3(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    resource = f"{bucket}/{params['Key']}" if "Key" in params else bucket
    if operation == "DeleteObjects":
        # [API] "to delete an object you must always specify s3:DeleteObject", and for a version s3:DeleteObjectVersion.
        for each in params["Delete"]["Objects"]:
            yield Request("s3:DeleteObject", f"{bucket}/{each['Key']}")
            yield Request("s3:DeleteObjectVersion", f"{bucket}/{each['Key']}")
        return
    action = S3.get(operation, operation)
    yield Request(f"s3:{action}", resource)
    if operation == "CreateBucket":
        # [API] with x-amz-object-ownership s3:PutBucketOwnershipControls, and with tags s3:TagResource.
        yield Request("s3:PutBucketOwnershipControls", bucket)
        yield Request("s3:TagResource", bucket)
    if action == "PutObject" and (key := account.key_of(params["Bucket"])):
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
        arn, aliases = key
        context: dict[str, str | list[str]] = {
            "kms:ViaService": f"s3.{account.region}.amazonaws.com",
            "kms:ResourceAliases": aliases,
        }
        needed = "kms:GenerateDataKey" if operation in ("PutObject", "CreateMultipartUpload") else "kms:Decrypt"
        yield Request(needed, arn, context)


def _ec2(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    action = f"ec2:{operation}"
    if operation == "CreateTags":
        for found in params["Resources"]:
            arn = account.arn("ec2", f"{EC2_TYPES[found.partition('-')[0]]}/{found}")
            yield Request(action, arn, _asked(params["Tags"]) | _has(account, arn))
        return
    if operation not in EC2:
        assert operation.startswith("Describe"), operation
        yield Request(action, "*")
        return
    asked = _asked([tag for each in params.get("TagSpecifications", ()) for tag in each["Tags"]])
    for type_, key in EC2[operation].items():
        if key is None:
            made = account.arn("ec2", f"{type_}/new")
            yield Request(action, made, asked)
            # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
            yield Request("ec2:CreateTags", made, asked | {"ec2:CreateAction": operation})
            continue
        given = params.get(key) or (account.table_of(params["AssociationId"]) if "AssociationId" in params else ())
        for found in [given] if isinstance(given, str) else given:
            arn = account.arn("ec2", f"{type_}/{found}")
            yield Request(action, arn, _has(account, arn))


def _iam(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    name = params["RoleName"]
    # A role that is not there has no path that IAM could know.
    path = params.get("Path") or account.path_of(name) or "/"
    arn = account.iam(f"role{path}{name}")
    boundary = {"iam:PermissionsBoundary": params["PermissionsBoundary"]} if "PermissionsBoundary" in params else {}
    asked = _asked(params.get("Tags", ()))
    yield Request(f"iam:{operation}", arn, boundary | asked | _has_if_written(account, operation, arn))
    if operation == "CreateRole":
        yield Request("iam:TagRole", arn, _asked(params["Tags"]))  # [SAR] dependent on tags


def _tagging(arns: Iterable[str], operation: str, tagged: Any) -> Iterator[Request]:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
    for arn in arns:
        yield Request("ecs:TagResource", arn, _asked(tagged) | {"ecs:CreateAction": operation})


def _ecs(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    tagged = params.get("tags")
    if operation == "RegisterTaskDefinition":
        # The reference names the family, and everybody who is denied is told "on resource: *".
        yield Request("ecs:RegisterTaskDefinition", "*", _asked(params["tags"]))
        yield from _tagging([account.arn("ecs", f"task-definition/{params['family']}:1")], operation, params["tags"])
        yield from _passing([params["taskRoleArn"], params["executionRoleArn"]], "ecs-tasks")
        return
    if operation == "DeleteTaskDefinitions":
        arns = list(params["taskDefinitions"])
    elif operation == "DescribeTasks":
        arns = list(params["tasks"])
    elif operation == "StopTask":
        arns = [params["task"]]
    elif operation == "TagResource":
        arns = [params["resourceArn"]]
    else:
        names = params.get("clusters") or [params.get("cluster") or params["clusterName"]]
        arns = [account.arn("ecs", f"cluster/{_name(each)}") for each in names]
    for arn in arns:
        yield Request(f"ecs:{operation}", arn, _has(account, arn) | (_asked(tagged) if tagged else {}))
    if tagged and operation != "TagResource":
        yield from _tagging(arns, operation, tagged)
    if operation == "CreateCluster":
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles-for-clusters.html
        linked = account.iam("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
        yield Request("iam:CreateServiceLinkedRole", linked, {"iam:AWSServiceName": "ecs.amazonaws.com"})


def _events(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    arn = params.get("ResourceARN") or account.arn("events", f"rule/{params.get('Name') or params['Rule']}")
    context = _has(account, arn)
    if operation == "PutTargets":
        yield from _passing([each["RoleArn"] for each in params["Targets"]], "events")
    yield Request(f"events:{operation}", arn, context)
    if operation == "PutRule" and "Tags" in params:
        yield Request("events:TagResource", arn, _asked(params["Tags"]))  # [SAR] dependent on tags


def _states(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    keys = ("stateMachineArn", "executionArn", "resourceArn")
    arn = next((params[key] for key in keys if key in params), "")
    if operation == "CreateStateMachine":
        arn = account.arn("states", f"stateMachine:{params['name']}")
        yield Request("states:TagResource", arn, _asked(params["tags"]))  # [SAR] dependent on tags
    if "roleArn" in params:
        yield from _passing([params["roleArn"]], "states")
    # https://docs.aws.amazon.com/step-functions/latest/dg/tag-based-policies.html: executions inherit tags.
    machine = ":".join(arn.split(":")[:7]).replace(":execution:", ":stateMachine:")
    yield Request(f"states:{operation}", arn, _has(account, machine))


def _logs(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    # What a denial names: log-group:NAME:log-stream:STREAM, with an empty stream where none is meant.
    group, stream = params.get("logGroupName"), params.get("logStreamName", "")
    arn = params.get("resourceArn") or account.arn("logs", f"log-group:{group}:log-stream:{stream}")
    plain = params.get("resourceArn") or account.arn("logs", f"log-group:{group}")
    yield Request(f"logs:{operation}", arn, _has_if_written(account, operation, plain))
    if operation == "CreateLogGroup":
        yield Request("logs:TagResource", plain, _asked(params["tags"]))  # [API] CreateLogGroup, on tags


def _sqs(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    arn = account.arn("sqs", params.get("QueueName") or params["QueueUrl"].rpartition("/")[2])
    yield Request(f"sqs:{operation}", arn)
    if operation == "CreateQueue":
        yield Request("sqs:TagQueue", arn, _asked(params["tags"]))  # [API] CreateQueue, on tags


def _ecr(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    names = params.get("repositoryNames") or [params.get("repositoryName")]
    arns = [params["resourceArn"]] if "resourceArn" in params else [_repository(account, name) for name in names]
    for arn in arns:
        asked = _asked(params.get("tags", ()))
        yield Request(f"ecr:{operation}", arn, asked | _has_if_written(account, operation, arn))
    if operation == "CreateRepository":
        yield Request("ecr:TagResource", arns[0], _asked(params["tags"]))  # [API] CreateRepository, on tags


def _repository(account: Account, name: str) -> str:
    return account.arn("ecr", f"repository/{name}")


# AWS: a registry's own HTTP calls are these actions: asking for a manifest and for a blob, whether there is one or to
# have it, beginning, continuing and ending to bring a blob, and bringing a manifest.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html has what a push takes; asking for a blob,
# which BuildKit does before it brings one, is
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html.
PUSHING = (
    *("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"),
    *("InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"),
)


def pushing(account: Account, reference: str) -> list[Request]:
    """Everything that IAM is asked when a container CLI pushes what has this name."""
    name = reference.partition("/")[2].rpartition(":")[0]
    return [Request(f"ecr:{action}", _repository(account, name)) for action in PUSHING]


def _others(account: Account, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    match operation:
        case "DescribeKey":
            key = params["KeyId"]
            alias = {"kms:RequestAlias": key.rpartition(":")[2]} if "alias/" in key else {}
            arn = key if ":key/" in key else account.arn("kms", f"key/{'1234' if alias else key}")
            yield Request("kms:DescribeKey", arn, alias)
        case "DescribeSecret":
            name = params["SecretId"]
            arn = name if name.startswith("arn:") else account.arn("secretsmanager", f"secret:{name}-AbCdEf")
            yield Request("secretsmanager:DescribeSecret", arn)
        case _:
            raise AssertionError(operation)
