"""A bucket of somebody else's that a customer's key encrypts: named in the spec, or told of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.preflight import Verdict, encryption
from s3ecs.spec.model import Bucket

from .looking import REGION, denied, look, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws


@pytest.fixture(scope="module")
def key(aws: Aws) -> str:
    """The ARN of a customer's key, which has an alias too."""
    arn = str(aws.client("kms").create_key()["KeyMetadata"]["Arn"])
    aws.client("kms").create_alias(AliasName="alias/ahead", TargetKeyId=arn.rpartition("/")[2])
    return arn


@pytest.fixture(scope="module")
def theirs(aws: Aws) -> Callable[[str | None], str]:
    """Somebody else's bucket, encrypted with whatever is called so: its name."""
    aws.s3.create_bucket(Bucket="ahead-theirs", CreateBucketConfiguration={"LocationConstraint": REGION})

    def encrypted(key: str | None) -> str:
        default = {"SSEAlgorithm": "aws:kms", **({} if key is None else {"KMSMasterKeyID": key})}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        aws.s3.put_bucket_encryption(Bucket="ahead-theirs", ServerSideEncryptionConfiguration=rules)
        return "ahead-theirs"

    return encrypted


def decrypting(key: str) -> tuple[dict[str, Any], ...]:
    return ({"Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": [key]},)


def test_a_customers_key_that_the_spec_does_not_name_is_told_with_what_to_write(
    aws: Aws, theirs: Callable[[str | None], str], key: str
) -> None:
    name = theirs(key)
    for kms_key in (None, aws.client("kms").create_key()["KeyMetadata"]["KeyId"]):
        (found,) = encryption.check(look(aws, bucket=Bucket(name, existing=True, kms_key=kms_key)))
        assert (found.verdict, found.stops) == (Verdict.NOT_OK, False)
        assert found.what == "bucket ahead-theirs"
        assert found.why == f"encrypted with {key}, which the spec does not name: convert could not read it"
        assert found.hint.endswith(f": kms_key: {key}")


def test_a_key_is_the_same_by_whichever_name(aws: Aws, theirs: Callable[[str | None], str], key: str) -> None:
    of_bucket = key, key.rpartition("/")[2]
    of_spec = *of_bucket, "alias/ahead", aws.environment.arn("kms", "alias/ahead")
    for called in (*((one, other) for one in of_bucket for other in of_spec), (of_spec[3], of_spec[2])):
        name = theirs(called[0])
        found = encryption.check(look(aws, bucket=Bucket(name, existing=True, kms_key=called[1])))
        assert verdicts(found) == [(Verdict.OK, f"encrypted with {called[0]}")], called


@pytest.mark.parametrize("called", [None, "alias/aws/s3", f"arn:aws:kms:{REGION}:123456789012:alias/aws/s3"])
def test_a_key_that_aws_manages_needs_no_name(
    aws: Aws, theirs: Callable[[str | None], str], called: str | None
) -> None:
    found = encryption.check(look(aws, bucket=Bucket(theirs(called), existing=True)))
    assert verdicts(found) == [(Verdict.OK, "")]


def test_roles_that_may_use_the_key_anyway_need_no_name_and_existing_ones_are_not_looked_at(
    aws: Aws, theirs: Callable[[str | None], str], key: str
) -> None:
    bucket = Bucket(theirs(key), existing=True)
    for policy in (decrypting(key), decrypting("arn:aws:kms:*:*:key/*")):
        assert encryption.check(look(aws, bucket=bucket, policy=policy))[0].verdict is Verdict.OK
    elsewhere = decrypting(key.replace("123456789012", "210987654321"))
    assert encryption.check(look(aws, bucket=bucket, policy=elsewhere))[0].verdict is Verdict.NOT_OK
    (found,) = encryption.check(look(aws, bucket=bucket, task_role="ahead-can"))
    assert (found.verdict, key in found.why) == (Verdict.SKIPPED, True)


def test_an_encryption_that_may_not_be_asked_for_is_skipped(
    aws: Aws, theirs: Callable[[str | None], str], key: str
) -> None:
    bucket = Bucket(theirs(key), existing=True)
    with denied(aws.s3, "GetBucketEncryption"):
        assert verdicts(encryption.check(look(aws, bucket=bucket))) == [(Verdict.SKIPPED, "may not ask (AccessDenied)")]


def test_of_a_bucket_that_the_stack_makes_or_that_is_not_there_no_encryption_is_told(aws: Aws) -> None:
    assert encryption.check(look(aws)) == []
    assert encryption.check(look(aws, bucket=Bucket("ahead-nowhere", existing=True))) == []
