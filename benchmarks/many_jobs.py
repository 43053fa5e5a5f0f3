"""1, 10 and 100 jobs, nothing to do: time per call beside a bare loop of the same calls, what is called, memory."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmarks.children import S3ECS, module
from benchmarks.proxy import Tape
from benchmarks.table import Figure, at_most

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.children import Ran
    from benchmarks.world import World

DELAY = 0.05
SIZES = {1: 4, 10: 4, 100: 2}  # jobs: rounds
SLACK = 1.3
MEMORY = 150
# One list has what these would ask for each thing. A list's further pages are some hundredths of a call per job.
LISTED = {
    "list_tags_for_resource",
    "list_rules",
    "describe_rule",
    "describe_log_groups",
    "describe_security_groups",
    "describe_subnets",
    "get_resources",
    "list_roles",
    "list_role_tags",
    "list_state_machines",
    "describe_clusters",
}
A_PAGE = 0.1
TRIES = 3


def figures(world: World) -> list[Figure]:
    """The figures of this part."""
    shown, counted = [], {}
    for jobs, rounds in SIZES.items():
        notes = world.folder / f"calls-{jobs}.json"
        shown += _size(world, jobs, rounds, notes)
        counted[jobs] = Counter(operation for _, operation, _ in json.loads(notes.read_text(encoding="utf-8")))
    least, most = min(counted), max(counted)
    growth = {name: (counted[most][name] - counted[least][name]) / (most - least) for name in counted[most]}
    per_job = {name: each for name, each in sorted(growth.items()) if each >= A_PAGE}
    needless = sorted(per_job.keys() & LISTED)
    shown.append(Figure("calls per job where one list serves", " ".join(needless) or "none", "none", not needless))
    shown += [Figure(f"  calls per job: {name}", f"{each:.2f}") for name, each in per_job.items()]
    return shown


def _size(world: World, jobs: int, rounds: int, notes: Path) -> list[Figure]:
    spec, tape = ("up", "--yes", "--quiet", "--file", world.spec(jobs)), Tape()
    with world.proxy.forwarding():
        made = _up(world, *S3ECS, *spec)
    with world.proxy.forwarding(tape=tape):
        world.run(*module("calls"), str(notes), *spec)
    ours, loops, peaks, calls = [], [], [made.peak], 0
    for _ in range(rounds):
        with world.proxy.answering(tape, delay=DELAY):
            ran = world.run(*S3ECS, *spec)
            calls = world.proxy.count
        with world.proxy.answering(tape, delay=DELAY):
            loops.append(world.run(*module("loop"), str(notes)).wall)
        ours.append(ran.wall)
        peaks.append(ran.peak)
    each, bare = min(ours) / calls * 1000, min(loops) / calls * 1000
    said = f"{each:.1f} over {bare:.1f} ms a call, {calls} calls"
    return [
        at_most(f"{jobs} job{'s' if jobs > 1 else ''}, time over a bare loop's", each / bare, SLACK, said=said),
        at_most(f"{jobs} job{'s' if jobs > 1 else ''}, memory at the most", max(peaks), MEMORY, "{:.0f} MiB"),
    ]


def _up(world: World, *argv: str) -> Ran:
    """Make the stack. Where many calls come at once the embedded AWS fails now and then; the next run goes on."""
    for _ in range(TRIES - 1):
        with suppress(RuntimeError):
            return world.run(*argv)
    return world.run(*argv)
