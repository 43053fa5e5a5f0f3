"""Jobs and environments for the tests of what a spec means in AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from s3ecs.aws.environment import Environment
from s3ecs.spec.model import Bucket, Job, Spec
from s3ecs.spec.words import parse

HERE = Environment("123456789012", "us-east-1")
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/convert:1"


def job(name: str = "convert", *, command: tuple[str, ...] = ("{key}",), **fields: Any) -> Job:
    """A job; ``command`` and ``environment`` are written as in a spec."""
    environment = {key: parse(text) for key, text in fields.pop("environment", {}).items()}
    image = fields.pop("image", IMAGE)
    return Job(name=name, image=image, command=tuple(map(parse, command)), environment=environment, **fields)


def spec(*jobs: Job, name: str = "go-batch", **fields: Any) -> Spec:
    """A spec of these jobs, by default of one."""
    bucket = fields.pop("bucket", Bucket("${account}-uploads"))
    return Spec(name=name, bucket=bucket, jobs=jobs or (job(),), folder=Path(), **fields)
