"""The rest of a job's keys over HTTP: all of them on, each of them changed, and what must be there already."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.engine.apply import apply
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import plan
from s3ecs.errors import UsageError
from s3ecs.report.plan import as_json, lines
from s3ecs.spec.model import Bucket, Job, Secret, Sidecar, Spec
from s3ecs.spec.words import parse
from s3ecs.stack.build import build
from tests.connected import connected
from tests.resources.changes.shared import key_for_logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws
    from s3ecs.engine.plan import Plan
    from s3ecs.local.control import Server

REGION = "eu-west-3"
VALUE = "s3cret-value"
FAMILY, EXECUTION = "task-definition/keys-convert", f"role/keys-convert-execution-{REGION}"
TASK, BUCKET = f"role/keys-convert-task-{REGION}", "bucket/123456789012-keys"
MACHINE_LOG = "log-group//aws/vendedlogs/states/s3ecs/keys"
PROXY = Sidecar(
    "proxy",
    "registry.example/proxy:1",
    command=("--quiet",),
    environment={"MODE": "proxy"},
    secrets={"TOKEN": Secret("/keys/token")},
    cpu=64,
    memory=128,
)
JOB = Job(
    "convert",
    "registry.example/convert:1",
    prefix=("in/",),
    command=(parse("{key}"),),
    secrets={"USER": Secret(None, "keys/database", "user"), "TOKEN": Secret("/keys/token")},
    sidecars=(PROXY,),
    spot=True,
    ephemeral_storage=40,
    hardened=True,
    log_group="/batch/convert",
    tags={"team": "conversion"},
)
ALL = Spec(
    "keys",
    Bucket("${account}-keys", versioning=True, kms_key="alias/keys"),
    (JOB,),
    Path(),
    tags={"team": "a"},
    log_kms_key="alias/keys",
)


@pytest.fixture(scope="module")
def aws(embedded: Server) -> Iterator[Aws]:
    """An account with a parameter, a secret and a key of somebody else's, in which the stack is up."""
    aws = connected(embedded, REGION)
    key = key_for_logs(aws)
    aws.client("kms").create_alias(AliasName="alias/keys", TargetKeyId=key.rpartition("/")[2])
    aws.client("ssm").put_parameter(Name="/keys/token", Value=VALUE, Type="SecureString", KeyId="alias/keys")
    aws.client("secretsmanager").create_secret(Name="keys/database", SecretString=json.dumps({"user": VALUE}))
    yield aws
    up(aws, ALL, emptied=True)


def planned(aws: Aws, spec: Spec, *, emptied: bool = False) -> Plan:
    whole = build(spec, aws.environment)
    stack = whole.emptied() if emptied else whole
    return plan(stack, observe(stack, aws.fresh()))


def up(aws: Aws, spec: Spec, *, emptied: bool = False) -> list[str]:
    """Make it so, and say what was done."""
    wanted = planned(aws, spec, emptied=emptied)
    results = apply(wanted, aws.fresh(), lambda _: None, threading.Event())
    assert results.ok, [(result.step.key, repr(result.error)) for result in results.results]
    return sorted(f"{step.action} {step.key}" for step in wanted.writes if step.kind != "applied-spec")


def test_a_second_up_writes_nothing_and_no_value_is_told(aws: Aws) -> None:
    first = planned(aws, ALL)
    told = "\n".join([*lines(first), json.dumps(as_json(first), default=str)])
    up(aws, ALL)
    assert up(aws, ALL) == []
    described = aws.ecs.describe_task_definition(taskDefinition="keys-convert")["taskDefinition"]
    machine = aws.environment.arn("states", "stateMachine:keys-convert")
    document = aws.stepfunctions.describe_state_machine(stateMachineArn=machine)["definition"]
    assert VALUE not in told + json.dumps(described, default=str) + document


def job(**changed: Any) -> Spec:
    return replace(ALL, jobs=(replace(JOB, **changed),))


@pytest.mark.parametrize(
    ("changed", "done"),
    [
        (job(secrets={"TOKEN": Secret("/keys/token")}), [f"update {EXECUTION}", f"update {FAMILY}"]),
        (job(secrets={**JOB.secrets, "USER": Secret(None, "keys/database")}), [f"update {FAMILY}"]),
        (job(sidecars=()), [f"update {FAMILY}"]),
        (job(sidecars=(replace(PROXY, essential=True),)), [f"update {FAMILY}"]),
        (job(spot=False), ["update state-machine/keys-convert"]),
        (job(ephemeral_storage=41), [f"update {FAMILY}"]),
        (job(hardened=False), [f"update {FAMILY}"]),
        (
            job(log_group=None),
            [
                "create log-group//s3ecs/keys/convert",
                "delete log-group//batch/convert",
                f"update {EXECUTION}",
                f"update {FAMILY}",
            ],
        ),
        (replace(ALL, bucket=replace(ALL.bucket, versioning=False)), [f"update {BUCKET}"]),
        (replace(ALL, bucket=replace(ALL.bucket, kms_key=None)), [f"update {BUCKET}", f"update {TASK}"]),
        (replace(ALL, log_kms_key=None), [f"update {MACHINE_LOG}", "update log-group//batch/convert"]),
    ],
    ids=[
        "secret-left-out",
        "json-key",
        "sidecar-left-out",
        "essential",
        "spot",
        "disk",
        "hardened",
        "log-group",
        "versioning",
        "key",
        "key-of-logs",
    ],
)
def test_a_changed_key_changes_what_it_must_and_nothing_else(changed: Spec, done: list[str], aws: Aws) -> None:
    up(aws, ALL)
    assert up(aws, changed) == sorted(done)
    assert up(aws, changed) == []
    up(aws, ALL)
    assert up(aws, ALL) == []


def test_a_jobs_tag_is_changed_on_all_of_its_resources_and_on_no_other(aws: Aws) -> None:
    up(aws, ALL)
    of_the_job = {f"{each.kind}/{each.name}" for each in build(ALL, aws.environment).resources if each.part}
    changed = {line.removeprefix("update ") for line in up(aws, job(tags={"team": "other"}))}
    assert changed == {key for key in of_the_job if not key.startswith("target/")}


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        (job(secrets={"TOKEN": Secret("/keys/none")}), "there is no SSM parameter /keys/none in eu-west-3"),
        (job(secrets={"TOKEN": Secret(None, "none")}), "there is no secret none in eu-west-3"),
        (replace(ALL, bucket=Bucket("b", kms_key="alias/none")), "there is no KMS key alias/none in eu-west-3"),
        (replace(ALL, log_kms_key="alias/none"), "there is no KMS key alias/none in eu-west-3"),
    ],
    ids=["parameter", "secret", "key", "key-of-logs"],
)
def test_what_must_be_there_is_asked_for_before_the_first_write(lacking: Spec, told: str, aws: Aws) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        planned(aws, replace(lacking, name="lacking"))
    assert caught.value.hint


def test_what_was_used_is_left_alone_by_down(aws: Aws) -> None:
    up(aws, ALL)
    aws.client("secretsmanager").delete_secret(SecretId="keys/database", ForceDeleteWithoutRecovery=True)
    done = up(aws, ALL, emptied=True)
    assert done
    assert aws.client("ssm").get_parameter(Name="/keys/token", WithDecryption=True)["Parameter"]["Value"] == VALUE
    assert aws.client("kms").describe_key(KeyId="alias/keys")["KeyMetadata"]["Enabled"]
    aws.client("secretsmanager").create_secret(Name="keys/database", SecretString=json.dumps({"user": VALUE}))
