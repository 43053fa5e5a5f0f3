"""What ``--help`` costs the processor, beside a program that only imports click."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median

from benchmarks.children import S3ECS, run
from benchmarks.table import Figure, at_most

ROUNDS = 25
CLICK_ONLY = (sys.executable, str(Path(__file__).with_name("click_help.py")), "--help")
HEAVY = ("boto3", "botocore", "rich", "moto", "yaml")
LOADED = f"""
import atexit, sys
from s3ecs.cli import main
atexit.register(lambda: print("LOADED", *sorted(sys.modules.keys() & set({HEAVY}))))
main(["--help"])
"""


def figures() -> list[Figure]:
    """The figures of this part."""
    ours, least = [], []
    for _ in range(ROUNDS):
        ours.append(run((*S3ECS, "--help"), os.environ).cpu)
        least.append(run(CLICK_ONLY, os.environ).cpu)
    said = f"{median(ours) * 1000:.0f} ms over {median(least) * 1000:.0f} ms"
    heavy = run((sys.executable, "-c", LOADED), os.environ).out.rpartition("LOADED")[2].split()
    return [
        at_most("processor time of --help, over click's own", median(ours) / median(least), 1.3, said=said),
        Figure("heavy modules that --help loads", " ".join(heavy) or "none", "none", not heavy),
    ]
