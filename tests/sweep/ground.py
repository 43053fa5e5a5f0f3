"""Where a sweep happens: one stack in one region, which is brought from nothing to whole and back."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tests.conftest import clients_of

from . import account
from .nursery import NOTHING, Nursery, Ran, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from s3ecs.local.control import Server

    from .hooks import Order

STACK = "swept"
JOB = {"prefix": "target/", "image": "public.ecr.aws/docker/library/busybox:1", "command": ["{key}"]}
MANAGED = {"network": "managed"}
WORDS = {
    "up": ("up", "--yes"),
    "down": ("down", "--yes"),
    "resize": ("up", "--yes"),
}
"""What is typed. To resize is to go up with another spec."""


@dataclass
class Ground:
    """``states`` are the account's dumps after a command without a fault, by the command; ``at`` is where it is."""

    nursery: Nursery
    client: Callable[[str], Any]
    region: str
    spec: Path
    bigger: Path
    states: dict[str, account.Dump] = field(default_factory=dict)
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    at: str = "down"

    def learn(self) -> None:
        """Go the ways without a fault, and note their calls and what they end in."""
        self.states["down"] = self.dump()
        for command in ("up", "resize", "up", "down"):
            ran = self.type(command)
            assert ran.code == 0, ran.err
            if command not in self.calls:
                self.calls[command] = ran.calls
            state = self.dump()
            assert self.states.setdefault(command, state) == state, account.differences(self.states[command], state)
        self.at = "down"

    def type(self, command: str, order: Order = NOTHING) -> Ran:
        """Type ``up``, ``down`` or ``resize``."""
        return self.nursery(self.file(command), *WORDS[command], order=order)

    def file(self, command: str) -> Path:
        """The spec that a command is typed with."""
        return self.bigger if command == "resize" else self.spec

    def dump(self) -> account.Dump:
        """What there is now."""
        return account.dump(self.client, self.region)

    def unlike(self, state: str) -> list[str]:
        """What is not as it is after this command without a fault; where nothing is, the stack is there now."""
        differences = account.differences(self.states[state], self.dump())
        self.at = "" if differences else state
        return differences

    def go(self, state: str) -> None:
        """Be in this state, from wherever a case has ended."""
        known = [] if self.at == state else [state]
        for command in known if self.at else ["down", *known]:
            ran = self.type(command)
            assert ran.code == 0, ran.err
        self.at = state


@contextmanager
def laid_out(
    server: Server, region: str, more: Mapping[str, Any] = MappingProxyType({}), like: Ground | None = None
) -> Iterator[Ground]:
    """A ground that nobody else is on; ``more`` are further keys of its spec.

    What one of another server in the same region has learnt, which it is to be ``like``, it need not learn anew.
    """
    client = partial(clients_of(server), region=region)
    with tempfile.TemporaryDirectory() as place, opened(server, Path(place)) as nursery:
        keys = {"name": STACK, "region": region, "bucket": f"{STACK}-{region}", **more}
        specs = {"spec": 512, "bigger": 1024}
        files = {name: Path(place) / f"{name}.yaml" for name in specs}
        for name, cpu in specs.items():
            files[name].write_text(
                json.dumps(keys | {"jobs": {"convert": JOB | {"cpu": cpu, "memory": 2048}}}), "utf-8"
            )
        ground = Ground(nursery, client, region, files["spec"], files["bigger"])
        if like is None:
            ground.learn()
        else:
            ground.states, ground.calls = like.states, like.calls
        yield ground
        ground.go("down")
