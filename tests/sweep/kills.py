"""Kill a command at each of its calls, run it again or the other one, and look at the account."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from .calls import operation, reads
from .figures import Figure
from .hooks import Order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .ground import Ground

BEGIN = {"up": "down", "down": "up", "resize": "up"}
"""The state that a command is killed in, by the command."""


@dataclass(frozen=True)
class Kill:
    """``command`` is killed at ``call``, ``kill-before`` or ``kill-after`` it was carried out; ``then`` is typed."""

    command: str
    then: str
    moment: str
    call: str

    def __str__(self) -> str:
        return f"{self.command}, {self.moment} {self.call}, {self.then}"


def all_of(ground: Ground) -> list[Kill]:
    """Every call of every command, both moments, both ways on; in an order in which one ends where the next begins."""

    def ways(command: str, then: str) -> list[Kill]:
        calls = ground.calls[command]
        return [Kill(command, then, f"kill-{moment}", call) for call in calls for moment in ("before", "after")]

    there_and_back = zip_longest(ways("up", "up"), ways("down", "down"))
    order = (ways("up", "down"), *there_and_back, ways("down", "up"), ways("resize", "up"), ways("resize", "resize"))
    return [kill for kill in chain.from_iterable(order) if kill is not None]


def some_of(ground: Ground, every: int = 3) -> list[Kill]:
    """Of ``every`` so many changing operations one call, killed in one of the four ways, which take turns."""
    kills: list[Kill] = []
    for turn, command in enumerate(("up", "down")):
        writes = {operation(call): call for call in ground.calls[command] if not reads(call)}
        for at, call in enumerate(list(writes.values())[turn::every]):
            moment = ("after", "before")[at // 2 % 2]
            kills.append(Kill(command, ("up", "down")[at % 2], f"kill-{moment}", call))
    registered = next(call for call in ground.calls["resize"] if "RegisterTaskDefinition" in call)
    kills.append(Kill("resize", "resize", "kill-after", registered))
    return _in_a_row(kills, ground.at)


def _in_a_row(kills: list[Kill], at: str) -> list[Kill]:
    """In an order in which, where it can be, one begins where the one before it ends."""
    row: list[Kill] = []
    while kills:
        row.append(next((kill for kill in kills if BEGIN[kill.command] == at), kills[0]))
        kills.remove(row[-1])
        at = row[-1].then
    return row


def sweep(ground: Ground, kills: Iterable[Kill], tell: Callable[[str], None] = lambda _: None) -> Figure:
    """Do it."""
    figure = Figure("calls killed", "converged")
    for kill in kills:
        ground.go(BEGIN[kill.command])
        ran = ground.type(kill.command, Order(kill.moment, kill.call))
        ground.at = ""
        if ran.code != -signal.SIGKILL:
            figure.missed += 1
        figure.note(str(kill), list(_what_is_wrong(ground, kill)), tell)
    return figure


def _what_is_wrong(ground: Ground, kill: Kill) -> Iterator[str]:
    again = ground.type(kill.then)
    if again.code != 0 or again.broke:
        yield f"ended with {again.code}: {again.err}"
    yield from ground.unlike(kill.then)
