"""What each role of a stack may do, and who may take it: least privilege, no ``*`` where a name is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from s3ecs.resources.image import Image
from s3ecs.resources.secret import Parameter, Secret
from s3ecs.spec import globs
from s3ecs.spec.ends import ends
from s3ecs.spec.writes import makes_objects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from s3ecs.aws.environment import Environment
    from s3ecs.engine.resource import Resource
    from s3ecs.resources.key import Key
    from s3ecs.resources.policy import Statement
    from s3ecs.resources.secret import Source, SourceKey
    from s3ecs.spec.model import Job

# AWS: one rule for the whole account, made and kept by Step Functions to hear of tasks that end.
MANAGED_RULE: Final = "StepFunctionsGetEventsForECSTaskRule"
# AWS: a role's inline policies have room for 10,240 characters.
MAX_LIST: Final = 9_500


def unconditional(trust: Statement) -> Statement:
    """The same for whichever account or resource the service acts for."""
    return {key: value for key, value in trust.items() if key != "Condition"}


def trust_tasks(environment: Environment) -> Statement:
    """ECS may take the role for tasks of this account and region."""
    return _trust("ecs-tasks.amazonaws.com", environment.arn("ecs", "*"), environment.account)


def trust_machines(environment: Environment) -> Statement:
    """Step Functions may take the role for machines of this account and region."""
    return _trust("states.amazonaws.com", environment.arn("states", "stateMachine:*"), environment.account)


def trust_rules(environment: Environment, rules: str) -> Statement:
    """EventBridge may take the role for the stack's rules. AWS: here the condition is on the rule's ARN alone."""
    return _trust("events.amazonaws.com", environment.arn("events", f"rule/{rules}"), None)


def _trust(service: str, source: str, account: str | None) -> Statement:
    condition: Statement = {"ArnLike": {"aws:SourceArn": source}}
    if account is not None:
        condition["StringEquals"] = {"aws:SourceAccount": account}
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }


def dead_letter_statement(environment: Environment, queue: str, rules: str) -> Statement:
    """EventBridge may send what the stack's rules could not deliver; one pattern, for a list of rules would not fit."""
    return {
        "Sid": "DeadLetters",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": environment.arn("sqs", queue),
        "Condition": {"ArnLike": {"aws:SourceArn": environment.arn("events", f"rule/{rules}")}},
    }


def events(machines: list[str], pattern: str) -> tuple[Statement, ...]:
    """The stack's rules start its machines; ``pattern`` matches them all, for a long list would not fit."""
    fits = sum(len(machine) + len('"",') for machine in machines) <= MAX_LIST
    return (_allow(["states:StartExecution"], machines if fits else [pattern]),)


def task(job: Job, environment: Environment, bucket: str, key: Key | None = None) -> tuple[Statement, ...]:
    """The program reads the objects of its job; whatever else it does the spec says under ``policy``.

    With a ``key`` on the bucket the program may decrypt what it reads, and encrypt where its policy lets it write.
    AWS: without ListBucket a missing object is answered with a denial instead of NoSuchKey.
    """
    heads = sorted({_in_policy(head) for head, _ in ends(job)})
    read = _allow(["s3:GetObject", "s3:GetObjectVersion"], [environment.s3(f"{bucket}/{head}*") for head in heads])
    listing = _allow(["s3:ListBucket"], [environment.s3(bucket)])
    if all(heads):
        listing["Condition"] = {"StringLike": {"s3:prefix": [f"{head}*" for head in heads]}}
    own = [_expanded(statement, environment) for statement in job.policy]
    writes = any(_writes(each, bucket) for each in own)
    decrypting = [] if key is None else [_encrypted(key, environment, writes=writes)]
    return (read, listing, *decrypting, *own)


def execution(
    environment: Environment,
    images: Sequence[str | Image],
    log_group: str,
    reads: Sequence[tuple[Source, SourceKey]] = (),
) -> tuple[Statement, ...]:
    """ECS itself: pull the images that are in ECR, write the containers' lines, read the values of secrets."""
    lines = environment.arn("logs", f"log-group:{log_group}:*")
    statements = [_allow(["logs:CreateLogStream", "logs:PutLogEvents"], [lines])]
    if repositories := sorted(filter(None, {ecr_repository(image, environment) for image in images})):
        pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        statements.append(_allow(pull, repositories))
        statements.append(_allow(["ecr:GetAuthorizationToken"], ["*"]))  # AWS: has no resource
    for kind in (Parameter, Secret):
        mine = [pair for pair in reads if isinstance(pair[0], kind)]
        if mine:
            statements.append(_allow([kind.action], [source for source, _ in mine]))
            decrypt = _allow(["kms:Decrypt"], [key for _, key in mine])
            statements.append(decrypt | _via(kind.service, environment))
    return tuple(statements)


def machine(
    environment: Environment, cluster: str, family: str, passed: Sequence[str | Resource]
) -> tuple[Statement, ...]:
    """A machine runs its job's task, hears of its end, and writes its own log."""
    cluster_arn = environment.arn("ecs", f"cluster/{cluster}")
    # AWS: an ARN without a revision does not match.
    run = _allow(["ecs:RunTask"], [environment.arn("ecs", f"task-definition/{family}:*")])
    run["Condition"] = {"ArnEquals": {"ecs:cluster": cluster_arn}}
    tasks = _allow(["ecs:DescribeTasks", "ecs:StopTask"], [environment.arn("ecs", f"task/{cluster}/*")])
    roles = _allow(["iam:PassRole"], passed)
    roles["Condition"] = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    rule = environment.arn("events", f"rule/{MANAGED_RULE}")
    hear = _allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"], [rule])
    # AWS: log delivery has no resource level.
    deliver = _allow(
        [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ],
        ["*"],
    )
    return (run, tasks, roles, hear, deliver)


def _encrypted(key: Key, environment: Environment, *, writes: bool) -> Statement:
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if writes else ["kms:Decrypt"]
    return _allow(actions, [key]) | _via("s3", environment)


def _via(service: str, environment: Environment) -> Statement:
    """Only where the service asks for it in the role's name."""
    host = f"{service}.{environment.region}.{environment.dns_suffix}"
    return {"Condition": {"StringEquals": {"kms:ViaService": host}}}


def _writes(statement: Statement, bucket: str) -> bool:
    """Whether a statement of the spec may let the program make objects in ``bucket``."""
    if statement["Effect"] != "Allow" or not makes_objects(statement):
        return False
    resources = (re.sub(r"^arn:[^:]*:", "arn:aws:", each) for each in statement["Resource"])
    return any(globs.meets(each, f"arn:aws:s3:::{bucket}/", "") for each in resources)


def _allow(actions: list[str], resources: Sequence[str | Resource]) -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def _expanded(statement: Mapping[str, Any], environment: Environment) -> Statement:
    """``${account}`` and ``${region}`` in the resources of a statement of the spec."""

    def fill(value: str) -> str:
        return value.replace("${account}", environment.account).replace("${region}", environment.region)

    resources = statement["Resource"]
    filled = fill(resources) if isinstance(resources, str) else [fill(each) for each in resources]
    return {**statement, "Resource": filled}


def _in_policy(prefix: str) -> str:
    """A prefix as a pattern of IAM that matches it, and little else.

    AWS: policies read ``*``, ``?`` and ``${`` in resources, where ``${*}`` is a plain star; and they may hold no
    characters beyond Latin-1, nor control characters.
    """
    return re.sub("[^ -\xff]+", "*", re.sub("[*?$]", r"${\g<0>}", prefix)).rstrip("*")


def ecr_repository(image: str | Image, environment: Environment) -> str | None:
    """The ARN of the repository that an image is in, None where it is not one of ECR."""
    if isinstance(image, Image):
        return environment.arn("ecr", f"repository/{image.name}")
    host, _, path = image.partition("/")
    parts = host.split(".")
    if len(parts) < 6 or parts[1:3] != ["dkr", "ecr"]:  # noqa: PLR2004 - ACCOUNT.dkr.ecr.REGION.amazonaws.com
        return None
    name = path.partition("@")[0].partition(":")[0]
    return f"arn:{environment.partition}:ecr:{parts[3]}:{parts[0]}:repository/{name}"
