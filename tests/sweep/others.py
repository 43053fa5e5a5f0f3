"""Two commands at once, Ctrl-C at a call, and answers from before."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .calls import reads
from .figures import Figure
from .hooks import Order
from .kills import BEGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .ground import Ground
    from .nursery import Ran

GO_ON = "hint: run the command again; it goes on from what is there"
INTERRUPTED = 130
FINE = (0, 1, 4)

Case = tuple[str, str]
Stale = tuple[str, str, str]


def pressed(ground: Ground, cases: Iterable[Case], tell: Callable[[str], None] = lambda _: None) -> Figure:
    """Ctrl-C right before a command's call; its next run goes on."""
    figure = Figure("calls interrupted", "gone on from")
    for command, call in cases:
        ground.go(BEGIN[command])
        figure.note(f"{command}, pressed {call}", list(_after_a_press(ground, command, call)), tell)
    return figure


def all_calls(ground: Ground) -> list[Case]:
    """Every call of ``up`` and ``down``."""
    return [(command, call) for command in ("up", "down") for call in ground.calls[command]]


def _after_a_press(ground: Ground, command: str, call: str) -> Iterator[str]:
    ran = ground.type(command, Order("press", call))
    ground.at = ""
    if ran.broke or ran.code not in (0, INTERRUPTED):
        yield f"ended with {ran.code}: {ran.err}"
    if ran.code == INTERRUPTED and not ran.err.endswith(f"{GO_ON}\n"):
        yield f"does not say how to go on: {ran.err}"
    begun = any(line.startswith(("  created", "  deleted")) for line in ran.err.splitlines())
    if ran.code == INTERRUPTED and begun and " not done" not in ran.err:
        yield f"does not say what is left: {ran.err}"
    again = ground.type(command)
    if again.code != 0:
        yield f"the next ended with {again.code}: {again.err}"
    yield from ground.unlike(command)


def at_once(ground: Ground, pauses: Iterable[float], tell: Callable[[str], None] = lambda _: None) -> Figure:
    """Two commands, the second of them begun a while after the first; and one more command."""
    figure = Figure("pairs at once", "converged")
    for pause in pauses:
        for begin, one, other, after in (
            ("down", "up", "up", "up"),
            ("down", "up", "down", "down"),
            ("up", "down", "up", "up"),
            ("up", "down", "down", "down"),
        ):
            ground.go(begin)
            first = ground.nursery.begin(ground.spec, one, "--yes")
            time.sleep(pause)
            second = ground.nursery.begin(ground.spec, other, "--yes")
            ground.at = ""
            faults = [each for ran in (first.result(), second.result()) for each in _unfit(ran)]
            again = ground.type(after)
            if again.code != 0:
                faults.append(f"the next ended with {again.code}: {again.err}")
            faults += ground.unlike(after)
            figure.note(f"{one} and {other} after {pause:.2f} s, {after}", faults, tell)
    return figure


def _unfit(ran: Ran) -> list[str]:
    return [] if ran.code in FINE and not ran.broke else [f"ended with {ran.code}: {ran.err}"]


def stale(ground: Ground, cases: Iterable[Stale], tell: Callable[[str], None] = lambda _: None) -> Figure:
    """A read is answered as it was before; the next run converges."""
    figure = Figure("reads answered from before", "converged")
    tapes: dict[tuple[str, str], str] = {}
    for state, command, call in cases:
        other = "down" if state == "up" else "up"
        if (other, command) not in tapes:
            tapes[other, command] = path = str(ground.nursery.folder / f"{command}-at-{other}.tape")
            ground.go(other)
            ground.type(command, Order(kept=path))
            ground.at = command
        ground.go(state)
        ran = ground.type(command, Order("stale", call, played=tapes[other, command]))
        ground.at = ""
        faults = [] if not ran.broke and ran.code in FINE else [f"ended with {ran.code}: {ran.err}"]
        again = ground.type(command)
        if again.code != 0:
            faults.append(f"the next ended with {again.code}: {again.err}")
        faults += ground.unlike(command)
        figure.note(f"{command} at {state}, stale {call}", faults, tell)
    return figure


def all_reads(ground: Ground) -> list[Stale]:
    """Every read of ``up`` and ``down``, on a stack that is there and on none."""
    return [
        (state, command, call)
        for state in ("down", "up")
        for command in ("up", "down")
        for call in ground.calls[command]
        if reads(call)
    ]
