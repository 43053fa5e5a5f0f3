"""What unmodified moto still lacks for a stack: why the embedded AWS mends it. Fails when moto is mended."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from s3ecs.aws.connect import connect
from s3ecs.aws.session import Aws
from s3ecs.engine.apply import apply
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import plan
from s3ecs.errors import WaitTimedOut
from s3ecs.resources.bucket_notification import NOTIFICATION
from s3ecs.resources.owned import indexed
from s3ecs.spec.model import Bucket, Job, Spec
from s3ecs.stack.build import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYS = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
REGION = "eu-west-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Stock moto in this process. What is not so at once never will be."""

    def once(_: Aws, what: str, check: Callable[[], bool], **__: Any) -> None:
        if not check():
            raise WaitTimedOut(what)

    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("S3ECS_SETTLE_SECONDS", "0")
    monkeypatch.setattr(Aws, "wait_until", once)
    with mock_aws():
        yield connect(region=REGION, keys=KEYS, tell=lambda *_: None)


def test_everything_but_the_bucket_is_made_and_that_cannot_be_finished(aws: Aws) -> None:
    job = Job(name="convert", image="registry.example/a:1", prefix=("in/",))
    bucket = f"{aws.environment.account}-stock"
    stack = build(Spec("stock", Bucket("${account}-stock"), (job,), Path()), aws.environment)
    results = apply(plan(stack, observe(stack, aws)), aws.fresh(), lambda _: None, threading.Event())
    missed = {result.step.kind: str(result.error) for result in results.results if result.outcome != "done"}
    assert missed.keys() == {"bucket", "applied-spec"}  # the note that all is done is made when all is
    assert missed["bucket"] == f"the notification of {bucket} to be shown"

    name = {"Bucket": bucket}
    assert NOTIFICATION not in aws.s3.get_bucket_notification_configuration(**name)
    with pytest.raises(ClientError, match="NoSuchTagSet"):  # CreateBucket has dropped them
        aws.s3.get_bucket_tagging(**name)
    with pytest.raises(ClientError, match="Forbidden"):  # the policy's condition is not looked at
        aws.s3.put_object(**name, Key="a", Body=b"1")
    assert not [arn for arn in indexed(aws, "stock") if arn.startswith("arn:aws:events:")]
