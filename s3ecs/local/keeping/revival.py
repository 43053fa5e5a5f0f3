"""Coming back: objects before the server listens, runs and waiting events once the stacks are there again."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from s3ecs.local.keeping import objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.local.keeping.changes import Changes
    from s3ecs.local.keeping.journal import Journal
    from s3ecs.local.keeping.runs import Runs
    from s3ecs.local.keeping.store import Store

_log = logging.getLogger(__name__)


class Revival:
    """What the server does of it; the CLI applies the kept stacks between ``objects`` and ``finish``."""

    def __init__(self, store: Store, journal: Journal, changes: Changes, runs: Runs) -> None:
        self._store = store
        self._journal = journal
        self._changes = changes
        self._runs = runs
        self._before = journal.read()
        self._lock = threading.Lock()
        self.is_done = False

    def put_objects_back(self) -> None:
        """Every bucket and object as it was; nothing is told of it."""
        for bucket in self._store.buckets():
            objects.put_bucket_back(bucket)
            records = list(self._store.records(bucket["name"]))
            self._store.sweep(bucket["name"], records)
            for record in records:
                objects.put_object_back(record, self._store)

    def finish(self, send: Callable[[dict[str, Any], frozenset[tuple[str, str]], bool], None], *, whole: bool) -> None:
        """List the runs again and deliver what was waiting, with ``send``; done once, and again after a kill in it.

        Where not the ``whole`` of the stacks came back, an event that no rule wants may be for one of the others: it
        goes on waiting.
        """
        with self._lock:
            if self.is_done:
                return
            self._journal.compact()  # first: what is begun or delivered below runs on beside this
            for run in self._before.runs.values():
                self._runs.put_back(run)
            for identity, event in list(self._before.events.items()):
                if self._changes.came_true(event):
                    send(event.line["event"], frozenset(self._before.reached(identity)), whole)
                else:
                    self._changes.told([event.line["event"]])
            self._before = type(self._before)()
            self.is_done = True
