"""A fake service: things with ids, settings and owners, whose every write may fail, be watched or be held up."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

from s3ecs.engine.resource import UNKNOWN, Exists

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


class Fault(Exception):
    """What a write raises that was chosen to fail."""


class Mode(StrEnum):
    """How a write fails."""

    REFUSED = "refused"  # nothing was done
    UNHEARD = "unheard"  # it was done, the answer was an error
    RETRIED = "retried"  # it was done, the answer was lost, and the next try was told that there is one already
    HALF = "half"  # the same, and not all of it was done


@dataclass
class Thing:
    """What the service knows of one thing.

    ``data`` says in words what it holds, ``guests`` what others have there, ``adopted`` that it stays.
    """

    id: str
    props: dict[str, Any]
    owner: str | None
    part: str | None = None
    data: str | None = None
    adopted: bool = False
    guests: str | None = None


def _nothing(verb: str, key: str) -> None:
    """Watch nothing."""


@dataclass
class World:
    """The service. ``breaches`` lists what no correct engine asks for.

    ``begun`` has (verb, key) of every write that was asked for, ``writes`` of those that were done. ``faults`` says by
    number, from 1, which of the writes asked for fail. ``watch`` is called when a write begins, in its thread.
    """

    things: dict[str, Thing] = field(default_factory=dict)
    faults: dict[int, Mode] = field(default_factory=dict)
    begun: list[tuple[str, str]] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    deleted_in_use: set[str] = field(default_factory=set)
    watch: Callable[[str, str], None] = _nothing
    reads: int = 0

    def __post_init__(self) -> None:
        self._lock = RLock()
        self._serial = count(1)

    def read(self, key: str) -> Thing | None:
        with self._lock:
            self.reads += 1
            return self.things.get(key)

    def create(self, key: str, props: Mapping[str, Any], *, owner: str, part: str | None) -> str:
        mode = self._begin("create", key)
        with self._lock:
            if key in self.things:
                raise Exists(key)
            self._check(key, props)
            made = dict(props)
            if mode is Mode.HALF:
                made["size"] = None
            self.things[key] = Thing(f"id-{next(self._serial)}", made, owner, part)
            self._end("create", key, mode)
            if mode in (Mode.RETRIED, Mode.HALF):
                raise Exists(key)
            return self.things[key].id

    def update(
        self, key: str, props: Mapping[str, Any], changed: Collection[str], *, fixed: Collection[str], owner: str
    ) -> None:
        mode = self._begin("update", key)
        with self._lock:
            if set(changed) & set(fixed):
                self.breaches.append(f"{key}: update of what is fixed")
            self._check(key, props)
            thing = self.things[key]
            new = {name: props[name] for name in changed}
            if thing.owner is None:
                marks = new.pop("marks", {})
                thing.owner, thing.adopted = marks.get("owner"), marks.get("adopted", False)
            if thing.owner != owner:
                self.breaches.append(f"{key}: update of what is not the stack's")
            thing.props.update(new)
            self._end("update", key, mode)

    def delete(self, key: str, thing_id: str, *, data: bool, owner: str) -> None:
        mode = self._begin("delete", key)
        with self._lock:
            thing = self.things.get(key)
            if thing is not None and thing.id != thing_id:
                self.breaches.append(f"{key}: deletion of another one")
            if thing is not None and (thing.owner != owner or thing.adopted):
                self.breaches.append(f"{key}: deletion of what is not the stack's alone")
            if thing is not None and thing.guests is not None:
                self.breaches.append(f"{key}: deletion of what others use")
            if thing is not None and thing.data is not None and not data:
                self.breaches.append(f"{key}: deletion of data")
            if any(thing_id in each.props.get("uses", {}).values() for each in self.things.values()):
                self.deleted_in_use.add(key)
            self.things.pop(key, None)
            self._end("delete", key, mode)

    def _begin(self, verb: str, key: str) -> Mode | None:
        with self._lock:
            self.begun.append((verb, key))
            mode = self.faults.get(len(self.begun))
        self.watch(verb, key)
        if mode is Mode.REFUSED:
            raise Fault(f"{verb} {key}: {mode}")
        return mode

    def _end(self, verb: str, key: str, mode: Mode | None) -> None:
        self.writes.append((verb, key))
        if mode is Mode.UNHEARD:
            raise Fault(f"{verb} {key}: {mode}")

    def _check(self, key: str, props: Mapping[str, Any]) -> None:
        """Every id in ``props`` has to be one of a thing that is there."""
        there = {thing.id for thing in self.things.values()}
        if UNKNOWN in props.values() or not set(props.get("uses", {}).values()) <= there:
            self.breaches.append(f"{key}: refers to what is not there")
        if UNKNOWN in props.get("mirrors", {}).values():
            self.breaches.append(f"{key}: mirrors what is not known")
