"""The way to the embedded AWS for tests that do without the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.aws.connect import connect

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server


def connected(server: Server, region: str) -> Aws:
    """A connection to ``server`` as the commands have one."""
    keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
    return connect(region=region, endpoint=server.endpoint, keys=keys, tell=lambda *_: None)
