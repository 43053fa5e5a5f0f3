"""An embedded AWS of a sweep's own, where no test session has one."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.aws.connect import connect
from s3ecs.local import control
from s3ecs.local.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server


def connected(server: Server, region: str) -> Aws:
    """A connection to ``server`` as the commands have one, in a region of a sweep's own."""
    keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
    return connect(region=region, endpoint=server.endpoint, keys=keys, tell=lambda *_: None)


@contextmanager
def stage(region: str) -> Iterator[Aws]:
    """A server that is there meanwhile, and a connection to it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        try:
            yield connected(control.start(home), region)
        finally:
            control.stop(home)
