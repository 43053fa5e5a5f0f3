"""Imported by the process that commands are forked from: whatever a command imports, and what the SDK looks up."""

from __future__ import annotations

import gc
import importlib
import os

import botocore.session

from s3ecs.aws.session import SERVICES
from s3ecs.cli import COMMANDS
from tests.sdk import FOUND_ONCE


def _import() -> None:
    commands = (f"cli.{name.replace('-', '_')}" for name in COMMANDS)
    for name in (*commands, "cli.ahead", "cli.carry_out", "cli.ending", "cli.work", "spec.loading"):
        importlib.import_module(f"s3ecs.{name}")


def _load() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for found in FOUND_ONCE:
        setattr(*found)
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    session = botocore.session.get_session()
    for service in (*SERVICES, "sts", "ecr", "service-quotas"):
        session.create_client(service, region_name="us-east-1", **keys)


_import()
_load()
gc.freeze()
