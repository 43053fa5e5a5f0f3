"""Have calls fail, once or for ever, and look at what the command makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import bad_days
from .calls import operation, reads
from .figures import Figure
from .hooks import EACH, Order
from .kills import BEGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .ground import Ground

ONCE = ("throttled", "500", "503", *bad_days.WIRES)
FOR_EVER = ("denied", "500", "refused")
TURNS = ("up", "down")
FAILED, REFUSED = 1, 4
ENDS = (0, FAILED, REFUSED)
"""How a command may end whose call fails for ever. AWS: a bucket that may not be read may be somebody else's."""
SHARE = 0.3

Case = tuple[str, Order]
"""A command and what happens to it."""


def once_each(ground: Ground) -> list[Case]:
    """Every call on every bad day; one case ends where the next begins."""
    ways = {command: [Order(day, call) for call in ground.calls[command] for day in ONCE] for command in TURNS}
    return _in_turns(ways)


def once_all(first: str = "down") -> list[Case]:
    """On every bad day a run in which each call fails once; ``up`` where the ``first`` state is that after ``down``."""
    turns = TURNS if first != "up" else TURNS[::-1]
    return [(command, Order(day, EACH)) for day in ONCE for command in turns]


def once_in_turns() -> list[Case]:
    """Every bad day once, up and down in turns, and both where a call is carried out and never answered."""
    days = sorted((*ONCE, "lost"))
    return [(TURNS[at % 2], Order(day, EACH)) for at, day in enumerate(days)]


def some_share(seeds: Iterable[int]) -> list[Case]:
    """Three of ten calls are throttled."""
    return [(command, Order(share=SHARE, seed=seed)) for seed in seeds for command in TURNS]


def for_ever(ground: Ground, days: Iterable[str] = FOR_EVER) -> list[Case]:
    """Every operation on every resource, on each of these days."""
    return [
        (command, Order(day, call, always=True))
        for command in TURNS
        for call in ground.calls[command]
        if call.endswith("#1")
        for day in days
    ]


def _in_turns(ways: dict[str, list[Order]]) -> list[Case]:
    length = max(map(len, ways.values()))
    return [(command, orders[at]) for at in range(length) for command, orders in ways.items() if at < len(orders)]


def told(case: Case) -> str:
    """A case in words."""
    command, order = case
    return f"{command}, {order.deed or f'{order.share:.0%}'} {order.call} {order.seed or ''}"


def recover(ground: Ground, cases: Iterable[Case], tell: Callable[[str], None] = lambda _: None) -> Figure:
    """What fails once is tried again, and the command succeeds."""
    figure = Figure("calls failed", "recovered")
    for command, order in cases:
        ground.go(BEGIN[command])
        ran = ground.type(command, order)
        faults = [] if ran.code == 0 else [f"ended with {ran.code}: {ran.err}"]
        faults += ground.unlike(command)
        figure.note(told((command, order)), faults, tell)
    return figure


def fail(ground: Ground, cases: Iterable[Case], tell: Callable[[str], None] = lambda _: None) -> Figure:
    """What fails for ever is told in one line, hinders nothing else, and the next run goes on."""
    figure = Figure("calls failed for ever", "told, and gone on from")
    for command, order in cases:
        ground.go(BEGIN[command])
        figure.note(told((command, order)), list(_what_is_wrong(ground, command, order)), tell)
    return figure


def _what_is_wrong(ground: Ground, command: str, order: Order) -> Iterator[str]:
    ran = ground.type(command, order)
    ground.at = ""
    if ran.broke or ran.code not in ENDS:
        yield f"ended with {ran.code}: {ran.err}"
    if ran.code == 0:  # it could do without
        yield from ground.unlike(command)
        return
    name = operation(order.call).split()[1]
    lines = [line for line in ran.errors if not line.endswith("behind that not begun")]
    if len(lines) != 1 or (ran.code == FAILED and f" {name}: " not in f" {lines[0]}"):
        yield f"ended with {ran.code} and told as {ran.err!r}"
    if ran.code == FAILED and not reads(order.call) and not any(line.startswith("  ") for line in ran.err.splitlines()):
        yield f"nothing else was done: {ran.err}"
    again = ground.type(command)
    if again.code != 0:
        yield f"the next ended with {again.code}: {again.err}"
    yield from ground.unlike(command)
