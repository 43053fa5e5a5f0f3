"""What states other than our own need: a client that our guard lets through, and AWS's rules for catching errors."""

from __future__ import annotations

import functools
from typing import Any

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

from s3ecs.local import seams

# AWS: neither is caught by States.ALL, nor by States.TaskFailed.
_UNCATCHABLE = {"States.Runtime", "States.DataLimitExceeded"}


def install(endpoint: str, key: str, secret: str) -> None:
    """Let the interpreter's calls carry our key, and its Retry and Catch match as AWS's do."""

    @functools.cache
    def client(region: str, service: str) -> Any:
        import boto3  # noqa: PLC0415  (only a machine with such a state needs it)
        from botocore.config import Config  # noqa: PLC0415

        return boto3.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, inject_host_prefix=False),
        )

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        del state_credentials  # roles are not assumed here
        return client(region, service)

    seams.replace_everywhere("states.client", client_for)
    seams.replace("states.matches", matches)
    seams.replace("states.custom_error", name_error)
    seams.replace("states.program", run_program)
    seams.name_errors()


def run_program(program: Any, env: Any) -> None:
    """The states one after another; moto has a second thread for them, which only a machine's own time limit needs."""
    if program.timeout_seconds is not None:
        seams.original("states.program")(program, env)
        return
    env.next_state_name = program.start_at.start_at_name
    EvalComponent.eval(program, env)


def matches(declaration: Any, env: Any) -> None:
    """Whether an ``ErrorEquals`` names the error on the stack; the answer takes its place."""
    error = env.stack.pop().error_name
    names = {name.error_name for name in declaration.error_names}
    named = error in names
    by_wildcard = ("States.ALL" in names and error not in _UNCATCHABLE) or (
        "States.TaskFailed" in names and error not in _UNCATCHABLE | {"States.Timeout"}
    )
    env.stack.append(named or by_wildcard)


def name_error(error: Any, error_name: str | None) -> None:
    """AWS: a Fail state may end with a caught ``States.TaskFailed``; moto refuses every name that begins so."""
    error.error_name = error_name
