"""``python -m benchmarks [GROUP...]``: measure, and print one line a figure. Takes a few minutes.

Without a group's name all are measured but ``memory``, which alone takes some eight minutes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from benchmarks import circles, containers, contexts, embedded, many_jobs, matching, one_job, startup
from benchmarks.one_job import DELAY
from benchmarks.table import show
from benchmarks.world import world

GROUPS = ("help", "match", "circles", "stacks", "contexts", "embedded", "containers", "memory")


def main() -> None:
    """Print the figures of the groups that are named; nothing is asserted."""
    wanted = sys.argv[1:] or GROUPS[:-1]
    if unknown := set(wanted) - set(GROUPS):
        sys.exit(f"there is no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} at the beginning; wall times are the best of several rounds")
    if "help" in wanted:
        show("--help", startup.figures())
    if "circles" in wanted:
        show("jobs that start each other", circles.figures())
    if "stacks" in wanted:
        _stacks()
    with tempfile.TemporaryDirectory(prefix="s3ecs-bench-") as folder:
        if "match" in wanted:
            show("match", matching.figures(Path(folder)))
        if "contexts" in wanted:
            show("the folder of an image", contexts.figures(Path(folder)))
        if "embedded" in wanted:
            show("the embedded AWS", embedded.figures(Path(folder)))
        if "containers" in wanted:
            show("containers", containers.figures(Path(folder)))
        if "memory" in wanted:
            show("the embedded AWS: memory", embedded.figures_of_memory(Path(folder)))


def _stacks() -> None:
    print(
        f"\n{DELAY * 1000:.0f} ms on each call. Where it is not said, answers come from a tape of the embedded AWS's:"
    )
    print("its own 3 to 12 ms a call, one at a time, would hide the cost of a client that makes many at once.")
    with world() as here:
        depths, times, compared = one_job.figures(here)
        show("one job: calls that wait for one another", depths)
        show("one job: wall time, over 1.2 x (depth x delay + import and clients)", times)
        show("one job: wall time, over a script with threads", compared)
        show("1, 10, 100 jobs: nothing to do", many_jobs.figures(here))


if __name__ == "__main__":
    main()
