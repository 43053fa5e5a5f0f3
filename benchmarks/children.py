"""Programs run to their end: how long they took, what they cost the processor, how much memory they had."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[1]
S3ECS = (str(Path(sys.executable).with_name("s3ecs")),)


@dataclass(frozen=True)
class Ran:
    """Seconds by the clock, seconds of processor time, MiB at the most, and what was printed."""

    wall: float
    cpu: float
    peak: float
    out: str


def module(name: str) -> tuple[str, ...]:
    """How one of the programs of this folder is started."""
    return (sys.executable, "-m", f"benchmarks.{name}")


def run(argv: Sequence[str], environ: Mapping[str, str]) -> Ran:
    """Run a program; raises RuntimeError with what it printed where it fails."""
    with tempfile.TemporaryFile("w+") as out:
        begin = time.perf_counter()
        child = subprocess.Popen(
            argv, env=dict(environ), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    if child.returncode:
        raise RuntimeError(f"{' '.join(argv)} ended with {child.returncode}:\n{printed}")
    return Ran(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)
