"""What the journal's lines mean together: which events are still to be delivered, and how each run stands.

A line is a JSON object with ``do``:

- ``event``: an object event is about to come true; ``object`` is [bucket, key, body], where to see whether it did
- ``kept``: it did; from here on the event is delivered, whatever happens
- ``told``: it has been delivered to every target
- ``begun``: an execution began; ``event`` and ``target`` where an event began it
- ``ran``: a program of the execution is about to be started
- ``ended``: the execution has ended, with everything that AWS tells of it
- ``gone``: the machine was deleted, and its executions with it
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Line = dict[str, Any]

RUNS_KEPT = 1000
"""Ended runs of one machine that are remembered, in memory and on disk; AWS remembers them for 90 days."""


@dataclass
class Event:
    """An object event that has not been delivered everywhere."""

    line: Line
    kept: bool = False


@dataclass
class Run:
    """One execution: the lines that were written of it."""

    begun: Line
    ran: Line | None = None
    ended: Line | None = None

    @property
    def lines(self) -> Iterator[Line]:
        """What is still worth saying of it."""
        yield self.begun
        if self.ended is not None:
            yield self.ended
        elif self.ran is not None:
            yield self.ran


@dataclass
class Ledger:
    """The state after some lines."""

    events: dict[str, Event] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    @classmethod
    def read(cls, content: bytes) -> Ledger:
        """From a journal's bytes; a line that was torn by a kill has never happened."""
        ledger = cls()
        for raw in content.split(b"\n"):
            try:
                line = json.loads(raw)
            except ValueError:
                continue
            if isinstance(line, dict):
                ledger.take(line)
        return ledger

    def take(self, line: Line) -> None:
        """One line more; what it speaks of may have been dropped."""
        match line.get("do"):
            case "event":
                self.events[line["event"]["id"]] = Event(line)
            case "kept" if event := self.events.get(line["event"]):
                event.kept = True
            case "told":
                self.events.pop(line["event"], None)
            case "begun":
                self.runs.setdefault(line["arn"], Run(line))
            case "ran" if run := self.runs.get(line["arn"]):
                run.ran = line
            case "ended" if run := self.runs.get(line["arn"]):
                run.ended = line
            case "gone":
                of_machine = [arn for arn, run in self.runs.items() if run.begun["machine"] == line["machine"]]
                for arn in of_machine:
                    del self.runs[arn]

    def reached(self, event: str) -> set[tuple[str, str]]:
        """The rule and target of every execution that the event has begun."""
        return {
            (rule, target)
            for run in self.runs.values()
            if run.begun.get("event") == event
            for rule, target in [run.begun["target"]]
        }

    def pruned(self) -> Ledger:
        """Without the ended runs that are too many; what a waiting event began stays."""
        by_machine: dict[str, list[str]] = defaultdict(list)
        for arn, run in self.runs.items():
            if run.ended is not None and run.begun.get("event") not in self.events:
                by_machine[run.begun["machine"]].append(arn)
        gone = {arn for arns in by_machine.values() for arn in arns[:-RUNS_KEPT]}
        return Ledger(self.events, {arn: run for arn, run in self.runs.items() if arn not in gone})

    def lines(self) -> Iterator[Line]:
        """The shortest journal that means the same."""
        for event in self.events.values():
            yield event.line
            if event.kept:
                yield {"do": "kept", "event": event.line["event"]["id"]}
        for run in self.runs.values():
            yield from run.lines


def written(lines: Iterable[Line]) -> bytes:
    """Lines as a journal has them."""
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
