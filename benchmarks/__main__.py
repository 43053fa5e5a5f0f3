"""``python -m benchmarks``: measure, and print one line a figure. Takes a few minutes."""

from __future__ import annotations

import os

from benchmarks import many_jobs, one_job, startup
from benchmarks.one_job import DELAY
from benchmarks.table import show
from benchmarks.world import world


def main() -> None:
    """Print every figure; nothing is asserted."""
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} at the beginning; wall times are the best of several rounds")
    print(f"{DELAY * 1000:.0f} ms on each call. Where it is not said, answers come from a tape of the embedded AWS's:")
    print("its own 3 to 12 ms a call, one at a time, would hide the cost of a client that makes many at once.")
    show("--help", startup.figures())
    with world() as here:
        depths, times, compared = one_job.figures(here)
        show("one job: calls that wait for one another", depths)
        show("one job: wall time, over 1.2 x (depth x delay + import and clients)", times)
        show("one job: wall time, over a script with threads", compared)
        show("1, 10, 100 jobs: nothing to do", many_jobs.figures(here))


if __name__ == "__main__":
    main()
