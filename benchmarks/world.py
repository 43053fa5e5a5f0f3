"""What is measured against: the embedded AWS in a folder of its own, the proxy before it, and specs of any size."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.children import Ran, run
from benchmarks.proxy import Proxy
from s3ecs.local import control
from s3ecs.local.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-central-1"
JOB = """
  job-{at:03}:
    prefix: in-{at:03}/
    image: public.ecr.aws/docker/library/python:3.13-slim
    command: ["{{key}}"]
    environment: {{ENV: dev}}
"""


@dataclass(frozen=True)
class World:
    """``environ`` is what a program needs to find the proxy; it sees no credentials or settings of the user's."""

    folder: Path
    proxy: Proxy
    environ: dict[str, str]

    def spec(self, jobs: int) -> str:
        """The path of a spec with so many jobs, a stack of its own."""
        path = self.folder / f"{jobs}.yaml"
        head = f"name: bench-{jobs}\nbucket: ${{account}}-bench-{jobs}\njobs:"
        path.write_text(head + "".join(JOB.format(at=at) for at in range(jobs)), encoding="utf-8")
        return str(path)

    def run(self, *argv: str, trace: Path | None = None) -> Ran:
        """Run a program against the proxy."""
        if trace is not None:
            trace.unlink(missing_ok=True)
        return run(argv, self.environ | ({"S3ECS_TRACE": str(trace)} if trace else {}))


@contextmanager
def world() -> Iterator[World]:
    """Starts everything, and ends it afterwards."""
    with tempfile.TemporaryDirectory(prefix="s3ecs-bench-") as name:
        folder = Path(name)
        os.environ["S3ECS_LOCAL_DIR"] = str(folder / "local")
        home = Home.default()
        server = control.start(home)
        proxy = Proxy(server.endpoint)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "S3ECS_"))}
        environ = kept | {
            "AWS_ENDPOINT_URL": proxy.endpoint,
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "S3ECS_SETTLE_SECONDS": "0",  # waiting for IAM is time, not speed
        }
        try:
            yield World(folder, proxy, environ)
        finally:
            proxy.close()
            control.stop(home)
