"""What is kept, counted; and all of it forgotten."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3ecs.local import control
from s3ecs.local.home import locked
from s3ecs.local.keeping import stacks
from s3ecs.local.keeping.ledger import Ledger
from s3ecs.local.keeping.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.local.home import Home


@dataclass(frozen=True)
class Inventory:
    """How many there are of each."""

    stacks: int
    objects: int
    runs: int


def take(home: Home) -> Inventory:
    """Count what is kept, whether or not a server runs."""
    journal = journal_of(home)
    ledger = Ledger.read(journal.read_bytes()) if journal.exists() else Ledger()
    return Inventory(len(stacks.load(home)), Store(buckets_of(home)).count(), len(ledger.runs))


def forget(home: Home) -> None:
    """End the server and remove everything that it kept."""
    home.make()
    with locked(home.lock):  # nobody starts one meanwhile
        control.stop(home)
        for folder in (home.kept, home.programs):
            shutil.rmtree(folder)
        home.faults.unlink(missing_ok=True)
        home.make()


def journal_of(home: Home) -> Path:
    """The journal's file."""
    return home.kept / "runs.jsonl"


def buckets_of(home: Home) -> Path:
    """The folder of buckets and objects."""
    return home.kept / "buckets"
