"""Parameters, secrets and keys are looked at and never read; what is not there is told before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.errors import UsageError
from s3ecs.resources.key import Key
from s3ecs.resources.secret import Parameter, Secret, Source, SourceKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws

HOME = "eu-north-1:123456789012"


@pytest.fixture
def key(aws: Aws) -> str:
    """The ARN of a customer's key with the alias ``alias/of-secrets``."""
    kms = aws.client("kms")
    found = [each for each in kms.list_aliases()["Aliases"] if each["AliasName"] == "alias/of-secrets"]
    if found:
        return str(kms.describe_key(KeyId="alias/of-secrets")["KeyMetadata"]["Arn"])
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/of-secrets", TargetKeyId=made["KeyId"])
    return str(made["Arn"])


def _put(aws: Aws, name: str, **settings: Any) -> None:
    aws.client("ssm").put_parameter(
        **{"Name": name, "Value": "v", "Type": "SecureString", "Overwrite": True, **settings}
    )


def _keys(aws: Aws, source: Source) -> str:
    return SourceKey(name=source.name, source=source).read(aws.fresh()).id


@pytest.mark.parametrize("name", ["plain", "/team/plain"])
def test_a_parameter_is_known_by_name_and_arn(name: str, aws: Aws) -> None:
    _put(aws, name, Type="String")
    arn = f"arn:aws:ssm:{HOME}:parameter/{name.removeprefix('/')}"
    assert aws.client("ssm").get_parameter(Name=name)["Parameter"]["ARN"] == arn
    for written in (name, arn):
        assert Parameter(name=written).read(aws.fresh()).id == arn
        assert _keys(aws, Parameter(name=written)) == ""


def test_a_parameter_has_the_key_that_it_was_encrypted_with(aws: Aws, key: str) -> None:
    _put(aws, "managed")
    assert _keys(aws, Parameter(name="managed")) == ""
    for number, named in enumerate((key, key.rpartition("/")[2], "alias/of-secrets")):
        _put(aws, f"sealed{number}", KeyId=named)
        assert _keys(aws, Parameter(name=f"sealed{number}")) == key


def test_a_secret_is_known_by_name_and_by_the_arn_that_aws_gave_it(aws: Aws, key: str) -> None:
    secrets = aws.client("secretsmanager")
    plain = secrets.create_secret(Name="team/plain", SecretString="s")["ARN"]
    sealed = secrets.create_secret(Name="team/sealed", SecretString="s", KmsKeyId="alias/of-secrets")["ARN"]
    for written in ("team/plain", plain):
        assert Secret(name=written).read(aws.fresh()).id == plain
    assert _keys(aws, Secret(name="team/plain")) == ""
    assert _keys(aws, Secret(name=sealed)) == key


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Parameter(name="/not/there"), "there is no SSM parameter /not/there in eu-north-1"),
        (Secret(name="not/there"), "there is no secret not/there in eu-north-1"),
        (
            Parameter(name="arn:aws:ssm:eu-west-1:123456789012:parameter/a"),
            "is not of account 123456789012 in eu-north",
        ),
        (
            Parameter(name="arn:aws:ssm:eu-north-1:210987654321:parameter/a"),
            "is not of account 123456789012 in eu-north",
        ),
        (Secret(name="arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"), "is not of account"),
        (Key(name="alias/none", said_in=("bucket.kms_key",)), "there is no KMS key alias/none in eu-north-1"),
    ],
    ids=lambda value: str(getattr(value, "name", "")),
)
def test_what_is_not_there_is_told_in_one_line_with_a_hint(source: Source | Key, message: str, aws: Aws) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        source.read(aws.fresh())
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_secret_on_its_way_out_is_told(aws: Aws) -> None:
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="leaving", SecretString="s")
    secrets.delete_secret(SecretId="leaving", RecoveryWindowInDays=7)
    with pytest.raises(UsageError, match="about to be deleted"):
        Secret(name="leaving").read(aws.fresh())


def test_a_key_that_is_switched_off_is_told(aws: Aws) -> None:
    kms = aws.client("kms")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=made)
    with pytest.raises(UsageError, match="is not enabled: Disabled"):
        Key(name=made, said_in=("log_kms_key",)).read(aws.fresh())


def test_no_value_is_ever_asked_for(aws: Aws, key: str, calls: Callable[..., list[str]]) -> None:
    _put(aws, "unread", KeyId=key)
    aws.client("secretsmanager").create_secret(Name="unread", SecretString="s", KmsKeyId="alias/of-secrets")
    made = calls("ssm", "secretsmanager", "kms")
    for source in (Parameter(name="unread"), Secret(name="unread")):
        source.read(aws.fresh())
        _keys(aws, source)
    assert set(made) == {"DescribeParameters", "DescribeSecret", "DescribeKey"}


@pytest.fixture
def calls(aws: Aws) -> Any:
    """The operations that are called from now on."""
    watched = []

    def watch(*services: str) -> list[str]:
        made: list[str] = []

        def note(model: Any, **_: Any) -> None:
            made.append(model.name)

        for service in services:
            events = aws.client(service).meta.events
            events.register("before-call", note)
            watched.append((events, note))
        return made

    yield watch
    for events, note in watched:
        events.unregister("before-call", note)
