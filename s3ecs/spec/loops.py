"""Does a job start itself, at once or by way of others? Who may write what whom starts, as a graph."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from s3ecs.spec import limits
from s3ecs.spec.ends import ends
from s3ecs.spec.findings import quoted
from s3ecs.spec.writes import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.spec.ends import Ends
    from s3ecs.spec.findings import Findings, Path
    from s3ecs.spec.model import Spec

FILTER = ("prefix", "suffix", "exclude", "pattern")
LONGEST = 5
"""Of a longer circle the beginning and the end are told."""


class Hop(NamedTuple):
    """The statement number ``at`` of a job lets it write what another takes, or it itself."""

    writer: str
    at: int
    taker: str
    taken: Ends


Graph = dict[str, list[Hop]]
"""The hops from each job."""


def cycles(spec: Spec, findings: Findings) -> Iterator[tuple[Path, str]]:
    """No job may be started by what comes of its own runs: each would bring the next, and nothing would stop them.

    Each statement that closes such a circle is told of, with the shortest one that it is in, but no circle twice.
    """
    if not findings.known(("bucket",), ("account",), ("region",)) or len(spec.jobs) > limits.MAX_RULES:
        return
    graph = _graph(spec, findings)
    told: set[tuple[str, int]] = set()
    for first in (hop for hops in graph.values() for hop in hops):
        if (first.writer, first.at) not in told:
            circle = _circle(graph, first)
            told |= {(hop.writer, hop.at) for hop in (first, *circle)}
            if circle:
                yield ("jobs", first.writer, "policy", first.at, "Resource"), _words(spec, circle)


def _graph(spec: Spec, findings: Findings) -> Graph:
    """The hops between the jobs that can be relied on."""
    takers = [(job, ends(job)) for job in spec.jobs if findings.known(*(("jobs", job.name, key) for key in FILTER))]
    writers = {
        job.name: Writer(spec, job) for job in spec.jobs if job.policy and findings.known(("jobs", job.name, "policy"))
    }
    return {
        name: [Hop(name, at, taker.name, found) for taker, taken in takers for at, found in writer.starts(taker, taken)]
        for name, writer in writers.items()
    }


def _circle(graph: Graph, first: Hop) -> list[Hop]:
    """The shortest way from a statement back to its job; none where there is no such way."""
    waiting = deque(hop for hop in graph[first.writer] if hop.at == first.at)
    came: dict[str, Hop] = {}
    while waiting:
        hop = waiting.popleft()
        if hop.taker in came:
            continue
        came[hop.taker] = hop
        if hop.taker == first.writer:
            way = [hop]
            while way[-1].writer != first.writer:
                way.append(came[way[-1].writer])
            return way[::-1]
        waiting.extend(graph.get(hop.taker, ()))
    return []


def _words(spec: Spec, circle: list[Hop]) -> str:
    wrote = [quoted(f"{spec.bucket.name}/{hop.taken[0]}*{hop.taken[1]}") for hop in circle]
    said = [f"{hop.writer}, which may write {what}" for hop, what in zip(circle, wrote, strict=True)][1:]
    if len(circle) > LONGEST:
        said[2:] = [f"{circle[3].writer} and so on to {said[-1]}"]
    way = ", which starts ".join((wrote[0], *said, "it again"))
    return (
        f"a loop: this lets the job write {way}: "
        "write under another prefix, or add a statement with Effect: Deny for s3:PutObject there"
    )
