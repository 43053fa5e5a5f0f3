"""An object lands, a program runs with its key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chain import Pipeline


def test_an_upload_runs_the_program_with_the_key_as_its_one_argument(pipeline: Pipeline) -> None:
    pipeline.program()
    arn = pipeline.machine()
    bucket = pipeline.bucket()
    pipeline.start_on(bucket, arn, "target/")
    pipeline.s3.put_object(Bucket=bucket, Key="hoge/test.csv", Body=b"1")
    pipeline.s3.put_object(Bucket=bucket, Key="target/test.csv", Body=b"1")
    [execution] = pipeline.executions(arn)
    ended = pipeline.ended(execution["executionArn"])
    assert ended["status"] == "SUCCEEDED"
    task = json.loads(ended["output"])
    assert pipeline.lines(task["TaskArn"]) == ["'target/test.csv'", "é"]
    assert json.loads(ended["input"])["detail"]["object"]["key"] == "target/test.csv"
