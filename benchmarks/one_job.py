"""One job: how many calls wait for one another, how long it takes, and how long scripts written by hand take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.children import S3ECS, module
from benchmarks.depth import depth, read
from benchmarks.proxy import Tape
from benchmarks.table import Figure, at_most

if TYPE_CHECKING:
    from benchmarks.world import World

DELAY = 0.05  # seconds on each call
ROUNDS = 5
HELD_ROUNDS = 2
SLACK = 1.2
CLIENTS = module("clients")


class Program(NamedTuple):
    """Something to be measured, and the answers that it gets."""

    name: str
    argv: tuple[str, ...]
    depth: int | None
    tape: Tape


def programs(world: World) -> list[Program]:
    """Everything that is compared, in an order in which each finds what it needs."""
    spec = ("--file", world.spec(1))
    up, down = (*S3ECS, "up", "--yes", *spec), (*S3ECS, "down", "--yes", *spec)
    ordered, threaded = (*module("by_hand"), "in-order"), (*module("by_hand"), "threaded", "--threads")
    return [
        Program("up, everything new", up, 6, Tape()),
        Program("up, nothing to do", up, 2, Tape()),
        Program("down, no run under way", down, 9, Tape()),
        Program("in order, everything new", ordered, None, Tape()),
        Program("in order, nothing to do", ordered, None, Tape()),
        Program("threads, everything new", threaded, None, Tape()),
        Program("threads, nothing to do", threaded, None, Tape()),
    ]


def figures(world: World) -> tuple[list[Figure], list[Figure], list[Figure]]:
    """Depths, wall times, and the comparison with scripts."""
    every = programs(world)
    direct = {}
    for program in every:
        with world.proxy.forwarding(delay=DELAY, tape=program.tape):
            direct[program.name] = world.run(*program.argv).wall
    depths = [_depth(world, program) for program in every if program.depth]
    walls = _walls(world, every)
    times = _times(every, walls, direct, depths)
    compared = []
    for what in ("everything new", "nothing to do"):
        limit = walls[f"threads, {what}"]
        said = f"in order {walls[f'in order, {what}']:.2f}"
        compared.append(at_most(what, walls[f"up, {what}"], limit, "{:.2f} s", said))
    return [each.figure() for each in depths], times, compared


class Depth(NamedTuple):
    """Calls that waited for one another, and the same with pages, polls, settings and the note counted."""

    waits: int
    with_all: int
    calls: int
    answered: int
    program: Program

    def figure(self) -> Figure:
        """Its line."""
        said = f"{self.with_all} with polls, settings and the note; {self.calls} calls, {self.answered} at the proxy"
        return at_most(self.program.name, self.waits, self.program.depth or 0, "{}", said)


def _depth(world: World, program: Program) -> Depth:
    """Answers are held until the client is quiet, so that only a call that waited for another comes after it."""
    trace = world.folder / "trace"
    found = []
    for _ in range(HELD_ROUNDS):
        with world.proxy.answering(program.tape, hold=True):
            world.run(*program.argv, trace=trace)
        calls = read(trace)
        counted = depth(calls, "call"), depth(calls, "call", "page", "poll", "setting", "note")
        found.append(Depth(*counted, len(calls), world.proxy.count, program))
    return min(found, key=lambda each: each[:2])


def _times(
    every: list[Program], walls: dict[str, float], direct: dict[str, float], depths: list[Depth]
) -> list[Figure]:
    """Wall times over what no program can do without."""
    least = walls["clients"]
    shown = [Figure("boto3's import and clients", f"{least:.2f} s")]
    for program in every:
        if program.depth is not None:
            limit = SLACK * (program.depth * DELAY + least)
            said = f"on the embedded AWS {direct[program.name]:.2f}"
            shown.append(at_most(program.name, walls[program.name], limit, "{:.2f} s", said))
    new = depths[0]
    limit = SLACK * (new.with_all * DELAY + least)
    what = f"{new.program.name}, with settings"
    return [*shown, at_most(what, walls[new.program.name], limit, "{:.2f} s", f"{new.with_all} waits")]


def _walls(world: World, every: list[Program]) -> dict[str, float]:
    """The best of several rounds, taken in turns: what else the machine does comes on top of all alike."""
    walls: dict[str, float] = {}
    for _ in range(ROUNDS):
        ran = {"clients": world.run(*CLIENTS).wall}
        for program in every:
            with world.proxy.answering(program.tape, delay=DELAY):
                ran[program.name] = world.run(*program.argv).wall
        for name, wall in ran.items():
            walls[name] = min(wall, walls.get(name, wall))
    return walls
