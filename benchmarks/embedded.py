"""The embedded AWS itself: how soon it is there, how soon a program starts, how many runs it takes, what it remembers.

``/bin/sh -c :`` is the program, so that the machine's time is the server's.
"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from benchmarks.children import S3ECS, run
from benchmarks.table import Figure, at_least, at_most
from s3ecs.local import control
from s3ecs.local.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "us-east-1"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:bench-run"
ROUNDS = 9
CLIENTS = 8
FEW, MANY = 1_000, 10_000
WAVE = 500  # objects whose runs have ended before more are uploaded, where memory is measured
SPEC = {
    "name": "bench",
    "bucket": "bench-uploads",
    "jobs": {
        "run": {"prefix": "run/", "image": "public.ecr.aws/docker/library/busybox:1", "command": ["{key}"]},
        "mark": {"prefix": "mark/", "image": "public.ecr.aws/docker/library/busybox:1", "command": ["{key}"]},
    },
}


@dataclass(frozen=True)
class Embedded:
    """An embedded AWS in a folder of its own, with one stack whose program does nothing."""

    folder: Path
    home: Home
    server: control.Server

    @classmethod
    def up(cls, folder: Path) -> Embedded:
        """Start it, and apply the stack."""
        home = Home(folder / "local")
        jobs: dict[str, Any] = SPEC["jobs"]  # type: ignore[assignment]
        jobs["run"]["local"] = ["/bin/sh", "-c", ":"]
        jobs["mark"]["local"] = ["/bin/sh", "-c", f"date +%s.%N > {folder}/started"]
        (folder / "s3ecs.yaml").write_text(json.dumps(SPEC), encoding="utf-8")
        run((*S3ECS, "--local", "-f", str(folder / "s3ecs.yaml"), "up", "--yes"), _environ(home))
        server = control.find(home)
        if server is None:
            raise RuntimeError("the embedded AWS is not there")
        return cls(folder, home, server)

    def client(self, service: str) -> Any:
        """A client of it."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.server.endpoint,
            aws_access_key_id=self.server.access_key,
            aws_secret_access_key=self.server.secret_key,
            config=Config(max_pool_connections=CLIENTS, retries={"total_max_attempts": 1}),
        )

    def upload(self, keys: range, clients: int) -> None:
        """Put one object per number."""
        s3 = self.client("s3")
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda at: s3.put_object(Bucket="bench-uploads", Key=f"run/{at:06}", Body=b"x"), keys))

    def resident(self) -> float:
        """MiB of the server."""
        status = Path(f"/proc/{self.server.pid}/status").read_text(encoding="utf-8")
        [size] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        return int(size) / 1024


def ready(folder: Path) -> Figure:
    """From nothing to an answer."""
    walls = []
    for at in range(3):
        home = Home(folder / f"empty-{at}")
        walls.append(run((*S3ECS, "local", "start"), _environ(home)).wall)
        control.stop(home)
    return at_most("server ready, nothing running", min(walls), 4.0, "{:.2f} s")


def process_start(embedded: Embedded) -> Figure:
    """From the call of an upload to the first moment of the program, with nothing else to do."""
    s3 = embedded.client("s3")
    mark = embedded.folder / "started"
    took = []
    for at in range(ROUNDS):
        begin = time.time()
        s3.put_object(Bucket="bench-uploads", Key=f"mark/{at}", Body=b"x")
        _until(lambda: mark.exists() and bool(mark.read_text(encoding="utf-8").strip()))
        took.append(float(mark.read_text(encoding="utf-8")) - begin)
        mark.unlink()
    said = f"median of {ROUNDS}"
    return at_most("upload to process start, idle", sorted(took)[ROUNDS // 2], 0.4, "{:.3f} s", said)


def many_uploads(embedded: Embedded) -> Iterator[Figure]:
    """A thousand objects by eight clients, and what came of them."""
    statuses: dict[str, str] = {}
    begin = time.perf_counter()
    embedded.upload(range(FEW), CLIENTS)
    put = time.perf_counter() - begin
    states = embedded.client("stepfunctions")

    def all_ended() -> bool:
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=MACHINE)
        statuses.update((one["executionArn"], one["status"]) for page in pages for one in page["executions"])
        return len(statuses) >= FEW and "RUNNING" not in statuses.values()

    _until(all_ended, every=0.5)
    rate = FEW / (time.perf_counter() - begin)
    succeeded = sum(status == "SUCCEEDED" for status in statuses.values())
    yield Figure("1,000 uploads: runs", f"{len(statuses)}", "1000", len(statuses) == FEW)
    yield Figure("1,000 uploads: runs that succeeded", f"{succeeded}", "1000", succeeded == FEW)
    said = f"all uploaded after {put:.0f} s"
    yield at_least("1,000 uploads: runs a second", rate, 20, "{:.1f}", said)


def memory(embedded: Embedded, clients: int) -> Iterator[Figure]:
    """Resident size after a thousand runs and after ten thousand, uploaded in waves."""
    sizes: dict[int, float] = {}
    states = embedded.client("stepfunctions")

    def idle() -> bool:
        return not states.list_executions(stateMachineArn=MACHINE, statusFilter="RUNNING")["executions"]

    begin = time.perf_counter()
    for first in range(0, MANY, WAVE):
        embedded.upload(range(FEW + first, FEW + first + WAVE), clients)
        _until(idle, every=0.5)
        sizes[first + WAVE] = embedded.resident()
    took = time.perf_counter() - begin
    yield Figure("resident memory after 1,000 runs", f"{sizes[FEW]:.0f} MiB")
    yield at_most("resident memory after 10,000 runs", sizes[MANY], 1.5 * sizes[FEW], "{:.0f} MiB")
    yield Figure("10,000 runs: runs a second", f"{MANY / took:.1f}  ({clients} clients, in waves of {WAVE})")


def _environ(home: Home) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "S3ECS_"))}
    return kept | {"S3ECS_LOCAL_DIR": str(home.folder), "S3ECS_LOCAL_RUNNER": "process"}


def _until(look: Callable[[], bool], every: float = 0.002) -> None:
    while not look():
        time.sleep(every)


def figures(folder: Path) -> Iterator[Figure]:
    """What ``make bench`` tells each time."""
    yield ready(folder)
    embedded = Embedded.up(folder)
    try:
        yield process_start(embedded)
        yield from many_uploads(embedded)
    finally:
        control.stop(embedded.home)


def figures_of_memory(folder: Path) -> Iterator[Figure]:
    """What takes some eight minutes."""
    embedded = Embedded.up(folder)
    try:
        yield from memory(embedded, clients=4)
    finally:
        control.stop(embedded.home)
