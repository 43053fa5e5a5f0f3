"""What it costs to see that no job of a long spec starts itself by way of others."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.table import Figure
from s3ecs.spec.loading import load_bytes

JOBS = 100
ROUNDS = 3


def figures() -> list[Figure]:
    """Processor time of reading a spec whose jobs each start the next, over one whose jobs write to another bucket."""
    linked, apart = (min(_taken(_spec(bucket)) for _ in range(ROUNDS)) for bucket in ("uploads", "other"))
    measured = f"{linked / apart:.2f}  ({linked * 1000:.0f} ms, {apart * 1000:.0f} ms)"
    return [Figure(f"{JOBS} jobs, each starts the next", measured)]


def _spec(bucket: str) -> bytes:
    """The spec of jobs that write to ``bucket``."""
    return ("name: go\nbucket: uploads\njobs:\n" + "".join(_job(at, bucket) for at in range(JOBS))).encode()


def _job(at: int, bucket: str) -> str:
    lines = [
        f"  j{at}:",
        "    image: repo",
        "    overlap: true",
        f"    prefix: [p{at:03}/, out/]",
        "    exclude: out/*",
    ]
    written = (("Allow", f"p{at + 1:03}/*"), ("Allow", "out/*"), ("Deny", "p*/tmp/*"))
    policy = (
        f"{{Effect: {each}, Action: 's3:PutObject', Resource: 'arn:aws:s3:::{bucket}/{key}'}}" for each, key in written
    )
    return "\n".join([*lines, "    policy:", *(f"      - {each}" for each in policy)]) + "\n"


def _taken(text: bytes) -> float:
    begin = time.process_time()
    load_bytes(text, file="s3ecs.yaml", folder=Path())
    return time.process_time() - begin
