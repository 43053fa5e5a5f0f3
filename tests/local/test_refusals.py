"""What AWS refuses is refused here, with its code; beside each stands whether moto itself still takes it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from .chain import ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .chain import Pipeline

    Clients = Callable[[str], Any]
    Call = Callable[[Clients, str], Any]

DONE: dict[str, Any] = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:m"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def targets(*wanted: dict[str, Any]) -> Call:
    def call(client: Clients, name: str) -> None:
        events = client("events")
        events.put_rule(Name=name, EventPattern='{"source": ["x"]}')
        events.put_targets(Rule=name, Targets=[{"Id": str(number), **one} for number, one in enumerate(wanted)])

    return call


def target(**fields: Any) -> dict[str, Any]:
    return {"Arn": MACHINE, "RoleArn": ROLE, **fields}


def template(text: str) -> dict[str, Any]:
    return {"InputPathsMap": {"key": "$.detail.key"}, "InputTemplate": text}


def one_more_target(client: Clients, name: str) -> None:
    targets(*[target()] * 5)(client, name)
    client("events").put_targets(Rule=name, Targets=[target(Id="0")])  # in the place of one that is there
    client("events").put_targets(Rule=name, Targets=[target(Id="one more")])


def machine(definition: Any = DONE, **fields: Any) -> Call:
    text = definition if isinstance(definition, str) else json.dumps(definition)

    def call(client: Clients, name: str) -> None:
        client("stepfunctions").create_state_machine(name=name, roleArn=ROLE, definition=text, **fields)

    return call


def states(**wanted: dict[str, Any]) -> Call:
    return machine({"StartAt": next(iter(wanted)), "States": wanted})


def other_machine_of_that_name(client: Clients, name: str) -> None:
    machine()(client, name)
    machine()(client, name)  # the same again is fine
    machine(json.dumps(DONE, indent=1))(client, name)


def log_to(*arns: str) -> Call:
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}} for arn in arns]
    return machine(loggingConfiguration={"level": "ALL", "destinations": destinations})


def update_of_nothing(client: Clients, name: str) -> None:
    machine()(client, name)
    client("stepfunctions").update_state_machine(stateMachineArn=MACHINE[:-1] + name)


def update_to_a_bad_definition(client: Clients, name: str) -> None:
    machine()(client, name)
    bad = json.dumps({**DONE, "StartAt": "B"})
    client("stepfunctions").update_state_machine(stateMachineArn=MACHINE[:-1] + name, definition=bad)


def start(*inputs: str) -> Call:
    def call(client: Clients, name: str) -> None:
        states(A={"Type": "Wait", "Seconds": 60, "End": True})(client, name)
        for text in inputs:
            client("stepfunctions").start_execution(stateMachineArn=MACHINE[:-1] + name, name="one", input=text)

    return call


def retention(client: Clients, name: str) -> None:
    client("logs").create_log_group(logGroupName=f"/retention/{name}")
    client("logs").put_retention_policy(logGroupName=f"/retention/{name}", retentionInDays=17)


def key_of_logs(client: Clients, *, policy: Any = None, **fields: Any) -> str:
    kms = client("kms")
    found = kms.create_key(**fields, **({} if policy is None else {"Policy": json.dumps({"Statement": [policy]})}))
    return str(found["KeyMetadata"]["Arn"])


def encrypted_by(make: Callable[[Clients], str]) -> Call:
    def call(client: Clients, name: str) -> None:
        client("logs").create_log_group(logGroupName=f"/encrypted/{name}", kmsKeyId=make(client))

    return call


def switched_off(client: Clients) -> str:
    made = key_of_logs(client, policy=LOGS)
    client("kms").disable_key(KeyId=made.rpartition("/")[2])
    return made


def role_in_another_case(client: Clients, name: str) -> None:
    for each in (f"role-{name}", f"Role-{name}"):
        client("iam").create_role(RoleName=each, AssumeRolePolicyDocument=json.dumps(TRUST))


def bucket(name: str) -> Call:
    place = {"LocationConstraint": "eu-central-1"}
    return lambda client, _: client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)


LOGS: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "logs.eu-central-1.amazonaws.com"},
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
    "Resource": "*",
    "Condition": {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*"}
    },
}
OF_OTHERS = {"Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:x:1:log-group:other"}}}
NOT_ALLOWED = ("AccessDeniedException", "does not exist or is not allowed to be used with Arn 'arn:aws:logs:")
NOT_FOUND = ("InvalidParameterException", "The specified KMS Key Id could not be found")
GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group:"
REFUSED: dict[str, tuple[Call, str, str]] = {
    "a sixth target": (one_more_target, "LimitExceededException", "exceeds the maximum"),
    "eleven targets at once": (targets(*[target()] * 11), "ValidationException", "less than or equal to 10"),
    "a machine without a role": (targets({"Arn": MACHINE}), "ValidationException", "RoleArn is required for target"),
    "Input and InputPath": (
        targets(target(Input="{}", InputPath="$.detail")),
        "ValidationException",
        "Only one of Input, InputPath, or InputTransformer",
    ),
    "an unknown placeholder": (
        targets(target(InputTransformer=template('{"a": <key>, "b": <aws.events.rule-arn>, "c": <other>}'))),
        "ValidationException",
        "invalid placeholder other",
    ),
    "no JSON": (machine("nope"), "InvalidDefinition", "INVALID_JSON_DESCRIPTION"),
    "an empty definition": (machine({}), "InvalidDefinition", "'StartAt' is required .*'States' is required"),
    "no start": (machine({"States": DONE["States"]}), "InvalidDefinition", "'StartAt' is required"),
    "a start that is not there": (machine({**DONE, "StartAt": "B"}), "InvalidDefinition", "target: B at /StartAt"),
    "a next that is not there": (
        states(A={"Type": "Pass", "Next": "B"}),
        "InvalidDefinition",
        "target: B at /States/A/Next",
    ),
    "neither next nor end": (states(A={"Type": "Pass"}), "InvalidDefinition", "Next, End at /States/A"),
    "an unknown type": (states(A={"Type": "Bogus", "End": True}), "InvalidDefinition", "type at /States/A/Type"),
    "a choice of nothing": (states(A={"Type": "Choice"}), "InvalidDefinition", "'Choices' is required"),
    "a task without a resource": (states(A={"Type": "Task", "End": True}), "InvalidDefinition", "'Resource'"),
    "a wait for nothing": (states(A={"Type": "Wait", "End": True}), "InvalidDefinition", "SCHEMA_VALIDATION_FAILED"),
    "a state out of reach": (
        states(A={"Type": "Succeed"}, B={"Type": "Succeed"}),
        "InvalidDefinition",
        '"B" is not reachable',
    ),
    "a bad branch": (
        states(A={"Type": "Parallel", "End": True, "Branches": [{"StartAt": "C", "States": DONE["States"]}]}),
        "InvalidDefinition",
        r"target: C at /States/A/Branches\[0\]/StartAt",
    ),
    "another machine of that name": (other_machine_of_that_name, "StateMachineAlreadyExists", "Already Exists"),
    "logs to nowhere": (log_to(), "InvalidLoggingConfiguration", "exactly one Log Destination"),
    "logs to a group's bare name": (log_to(GROUP + "x"), "InvalidLoggingConfiguration", r"end with :\*"),
    "logs to a group that is not there": (log_to(GROUP + "x:*"), "InvalidLoggingConfiguration", "not found"),
    "an update of nothing": (update_of_nothing, "MissingRequiredParameter", "must be specified"),
    "an update to a bad definition": (update_to_a_bad_definition, "InvalidDefinition", "target: B"),
    "an input that is no JSON": (start("{"), "InvalidExecutionInput", "Invalid State Machine Execution Input"),
    "another execution of that name": (start("{}", '{"a": 1}'), "ExecutionAlreadyExists", "Already Exists"),
    "17 days": (retention, "InvalidParameterException", "enum value set"),
    "a key whose policy is the default": (encrypted_by(key_of_logs), *NOT_ALLOWED),
    "a key for other groups": (encrypted_by(partial(key_of_logs, policy=LOGS | OF_OTHERS)), *NOT_ALLOWED),
    "a key that is switched off": (encrypted_by(switched_off), *NOT_FOUND),
    "a key that is not there": (encrypted_by(lambda _: "arn:aws:kms:eu-central-1:123456789012:key/1"), *NOT_FOUND),
    "a key's alias": (encrypted_by(lambda _: "alias/logs"), *NOT_FOUND),
    "a key with two halves": (
        encrypted_by(partial(key_of_logs, policy=LOGS, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")),
        *NOT_FOUND,
    ),
    "a role in another case": (role_in_another_case, "EntityAlreadyExists", "already exists"),
    **{
        f"a bucket {name}": (bucket(name), "InvalidBucketName", "not valid")
        for name in ("Bad_Name", "a..b", "192.168.0.1", "xn--bucket", "bucket-s3alias", "bucket.")
    },
}
# what moto refuses with the same code; everything else it takes, or refuses in another way
MOTO_TOO = {"an update of nothing", "another execution of that name"}


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """boto3 clients of an unmended moto whose interpreter is on, in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    plain = Config(parameter_validation=False)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield lambda service: boto3.client(service, region_name="eu-central-1", config=plain)


@pytest.mark.parametrize("what", REFUSED)
def test_aws_s_refusals(clients: Clients, pipeline: Pipeline, what: str) -> None:
    call, code, message = REFUSED[what]
    with pytest.raises(ClientError, match=message) as refused:
        call(clients, pipeline.name)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("what", sorted(REFUSED.keys() - MOTO_TOO))
def test_moto_still_does_not_refuse(stock: Clients, what: str) -> None:
    call, code, _ = REFUSED[what]
    assert code_of(lambda: call(stock, "stock")) != code


def code_of(call: Callable[[], Any]) -> str | None:
    """The code with which the call is refused, None where it is not."""
    try:
        call()
    except ClientError as refused:
        return str(refused.response["Error"]["Code"])
    return None


def test_what_is_right_is_taken(clients: Clients, pipeline: Pipeline) -> None:
    clients("logs").create_log_group(logGroupName=f"/sm/{pipeline.name}")
    log_to(f"{GROUP}/sm/{pipeline.name}:*")(clients, pipeline.name)
    targets(target(InputTransformer=template('{"a": <key>, "b": <aws.events.event.json>}')))(clients, pipeline.name)
    clients("logs").put_retention_policy(logGroupName=f"/sm/{pipeline.name}", retentionInDays=731)


def removed(client: Clients, name: str) -> dict[str, Any]:
    targets(target())(client, name)
    answer: dict[str, Any] = client("events").remove_targets(Rule=name, Ids=["0", "unknown"])
    assert client("events").list_targets_by_rule(Rule=name)["Targets"] == []
    return answer


def test_an_unknown_target_is_told_when_it_is_removed(clients: Clients, pipeline: Pipeline) -> None:
    answer = removed(clients, pipeline.name)
    assert answer["FailedEntryCount"] == 1
    [failed] = answer["FailedEntries"]
    assert (failed["TargetId"], failed["ErrorCode"]) == ("unknown", "ResourceNotFoundException")


def test_moto_still_says_nothing_of_an_unknown_target(stock: Clients) -> None:
    assert removed(stock, "stock")["FailedEntryCount"] == 0


def reassociated(client: Clients, name: str) -> list[str | None]:
    """The key of a group after each change of it."""
    logs, group = client("logs"), f"/again/{name}"
    keys = [key_of_logs(client, policy=LOGS) for _ in range(2)]
    logs.create_log_group(logGroupName=group, kmsKeyId=keys[0])
    seen = []
    for change in (
        lambda: None,
        lambda: logs.associate_kms_key(logGroupName=group, kmsKeyId=keys[1]),
        lambda: logs.disassociate_kms_key(logGroupName=group),
        lambda: logs.disassociate_kms_key(logGroupName=group),
    ):
        change()
        (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        seen.append(found.get("kmsKeyId"))
    return [each and str(keys.index(each)) for each in seen]


def test_a_group_s_key_is_changed_and_taken_away(clients: Clients, pipeline: Pipeline) -> None:
    assert reassociated(clients, pipeline.name) == ["0", "1", None, None]


def test_moto_still_cannot_change_a_group_s_key(stock: Clients) -> None:
    with pytest.raises(NotImplementedError, match="associate_kms_key"):
        reassociated(stock, "stock")


@pytest.mark.parametrize("call", ["associate_kms_key", "disassociate_kms_key"])
def test_a_key_needs_a_group(clients: Clients, call: str) -> None:
    key = {"kmsKeyId": key_of_logs(clients, policy=LOGS)} if call.startswith("associate") else {}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        getattr(clients("logs"), call)(logGroupName="/no/such", **key)
