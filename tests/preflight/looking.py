"""A look ahead at a stack of one job, and calls that are answered otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

from s3ecs.preflight import Finding, Look, Verdict
from s3ecs.spec.model import Bucket, Job, Network, Spec
from s3ecs.stack.build import build
from s3ecs.stack.names import StackNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws

REGION = "eu-west-2"
IMAGE = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/ahead:1"


def look(aws: Aws, network: Network | None = None, bucket: Bucket | None = None, **job: Any) -> Look:
    one = Job(**{"name": "convert", "image": IMAGE} | job)
    spec = Spec("ahead", bucket or Bucket("ahead-uploads"), (one,), Path(), network=network or Network())
    stack = build(spec, aws.environment)
    return Look(spec, stack, StackNames(spec.name, REGION), aws.fresh())


def verdicts(findings: list[Finding]) -> list[tuple[Verdict, str]]:
    return [(each.verdict, each.why) for each in findings]


@contextmanager
def denied(client: Any, operation: str) -> Iterator[None]:
    error = {"Code": "AccessDenied", "Message": "you may not"}
    with answered(client, operation, {"Error": error}, 403):
        yield


@contextmanager
def answered(client: Any, operation: str, body: dict[str, Any], status: int = 200) -> Iterator[None]:
    def answer(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        return AWSResponse("", status, {}, None), {**body, "ResponseMetadata": {"HTTPStatusCode": status}}

    event = f"before-call.*.{operation}"
    client.meta.events.register(event, answer)
    try:
        yield
    finally:
        client.meta.events.unregister(event, answer)
