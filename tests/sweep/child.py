"""The process that commands of a sweep are forked from: everything is imported once, so that a case costs its calls.

It reads a case as a line of JSON and writes, when the command has ended, one back. Two cases may run side by side.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import sys
from typing import Any

import boto3
import botocore.session

from s3ecs.aws.session import SERVICES
from s3ecs.cli import COMMANDS, main

from . import clock, hooks

FACTOR = 20.0
"""How much faster the clock runs."""


def serve() -> None:
    """Fork for every line."""
    loader = _warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        case = json.loads(line)
        if os.fork() == 0:
            _supervise(case, loader)


def _warm() -> Any:
    """Whatever a command imports and the SDK looks up."""
    for name in COMMANDS:
        importlib.import_module(f"s3ecs.cli.{name.replace('-', '_')}")
    for name in ("spec.loading", "cli.work", "cli.ahead", "cli.carry_out", "cli.ending"):
        importlib.import_module(f"s3ecs.{name}")
    session = botocore.session.Session()
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    for service in (*SERVICES, "sts", "ecr", "service-quotas"):
        session.create_client(service, region_name="us-east-1", **keys)
    return session.get_component("data_loader")


def _supervise(case: dict[str, Any], loader: Any) -> None:
    """Fork once more, wait, and say how it ended; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        try:
            _run(case, loader)
        finally:
            os._exit(70)
    _, status = os.waitpid(child, 0)
    os.write(1, f"{json.dumps({'id': case['id'], 'code': os.waitstatus_to_exitcode(status)})}\n".encode())
    os._exit(0)


def _run(case: dict[str, Any], loader: Any) -> None:
    """Be the command."""
    _redirect(0, os.devnull, os.O_RDONLY)
    for handle, path in ((1, case["out"]), (2, case["err"])):
        _redirect(handle, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.chdir(case["folder"])
    os.environ.clear()
    os.environ.update(case["env"])
    random.seed(os.urandom(8))
    clock.hurry(FACTOR)
    log = os.open(case["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    hung = hooks.Hooks(hooks.read(case["order"]), log)

    class Session(boto3.Session):  # type: ignore[misc]
        """One whose calls are heard of, and whose models are loaded."""

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self._session.register_component("data_loader", loader)
            hung.hang_on(self.events)

    boto3.Session = Session
    try:
        main(case["argv"])
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0)


def _redirect(handle: int, path: str, flags: int) -> None:
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, handle)
    os.close(opened)


if __name__ == "__main__":
    serve()
