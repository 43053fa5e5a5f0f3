"""A container is given the values of its secrets, and is not started where one cannot be had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .chain import Pipeline

SHOW = "import os; print(os.environ['TOKEN'])"
REFUSED = "ResourceInitializationError: unable to pull secrets or registry auth: "


@pytest.fixture
def kept(clients: Callable[..., Any], pipeline: Pipeline) -> dict[str, str]:
    """A parameter and a secret with JSON in it, named as the pipeline."""
    ssm, secrets = clients("ssm"), clients("secretsmanager")
    name = f"/{pipeline.name}/token"
    ssm.put_parameter(Name=name, Value="pärameter", Type="SecureString")
    made = secrets.create_secret(
        Name=f"{pipeline.name}/token", SecretString=json.dumps({"user": "me", "pass word": "s3cret", "port": 5432})
    )
    (seen,) = ssm.get_parameters(Names=[name])["Parameters"]
    return {"name": name, "parameter": seen["ARN"], "secret": made["ARN"]}


def _run(pipeline: Pipeline, value_from: str) -> dict[str, Any]:
    pipeline.program(SHOW, secrets=[{"name": "TOKEN", "valueFrom": value_from}])
    return pipeline.stopped(pipeline.run_task()["taskArn"])


@pytest.mark.parametrize(
    ("value_from", "value"),
    [
        ("{name}", "pärameter"),
        ("{parameter}", "pärameter"),
        ("{secret}:user::", "me"),
        ("{secret}:pass word::", "s3cret"),
        ("{secret}:port::", "5432"),
        ("{secret}:user:AWSCURRENT:", "me"),
    ],
)
def test_a_program_is_given_the_value(value_from: str, value: str, pipeline: Pipeline, kept: dict[str, str]) -> None:
    task = _run(pipeline, value_from.format(**kept))
    assert pipeline.lines(task["taskArn"]) == [value]


def test_a_secret_without_a_key_is_the_whole_text(pipeline: Pipeline, kept: dict[str, str]) -> None:
    task = _run(pipeline, kept["secret"])
    assert json.loads("".join(pipeline.lines(task["taskArn"])))["port"] == 5432


@pytest.mark.parametrize(
    ("value_from", "reason"),
    [
        ("/not/there", "unable to retrieve secrets from ssm: invalid ssm parameters: /not/there"),
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:none-a1B2c3", "ResourceNotFoundException"),
        ("{secret}:none::", "did not contain json key none"),
    ],
)
def test_a_secret_that_cannot_be_had_keeps_the_task_from_starting(
    value_from: str, reason: str, pipeline: Pipeline, kept: dict[str, str]
) -> None:
    task = _run(pipeline, value_from.format(**kept))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith(REFUSED)
    assert reason in task["stoppedReason"]
    assert "s3cret" not in task["stoppedReason"]
    assert "exitCode" not in task["containers"][0]


def test_no_value_is_told_of_a_task(pipeline: Pipeline, kept: dict[str, str]) -> None:
    task = _run(pipeline, f"{kept['secret']}:user::")
    assert '"me"' not in json.dumps(task, default=str)
