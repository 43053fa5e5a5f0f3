"""Talk while something happens, on standard error: a live line in a terminal, else one plain line an event.

With ``--json`` the events go to standard output instead, one JSON object each.
"""

from __future__ import annotations

import json
import sys
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from s3ecs.engine.apply import Outcome, Result, Started
from s3ecs.engine.plan import Action
from s3ecs.report import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOING = {
    Action.ADOPT: "adopting",
    Action.CREATE: "creating",
    Action.UPDATE: "changing",
    Action.REPLACE: "replacing",
    Action.DELETE: "deleting",
}
DONE = {
    Action.ADOPT: "adopted",
    Action.CREATE: "created",
    Action.UPDATE: "changed",
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
}

SHOWN_AT_ONCE = 3  # steps under way that a live line names
SAID_AGAIN = 30.0  # seconds after which a plain line says once more what is still waited for


class Talk:
    """Hears the events of one command. ``explain`` makes an error, and what was being done, one of ours."""

    def __init__(self, *, quiet: bool, as_json: bool, explain: Callable[[Exception, str], Exception]) -> None:
        self.quiet, self.as_json, self.explain = quiet, as_json, explain
        self._show: Callable[[str], None] | None = None
        self._under_way: dict[str, str] = {}
        self._lock = threading.Lock()
        self._said: tuple[str, float] = ("", 0.0)

    def say(self, line: str) -> None:
        """One line of talk."""
        if not self.quiet and not self.as_json:
            self.insist(line)

    def insist(self, line: str) -> None:
        """One line that is said even where talk is not wanted: what a question is about."""
        self._print(line, sys.stderr)

    def event(self, event: str, /, **facts: Any) -> None:
        """One event for a program; nothing without ``--json``."""
        if self.as_json:
            self._print(json.dumps({"event": event, **facts}, default=repr), sys.stdout)

    def _print(self, line: str, stream: IO[str]) -> None:
        """A whole line, also where several threads wait for something and tell it."""
        with self._lock:
            print(line, file=stream, flush=True)

    def waiting(self, what: str, left: float) -> None:
        """Something is waited for, or goes on for long; ``left`` is in seconds, 0 where nobody knows."""
        self.event("waiting", what=what, seconds_left=round(left))
        line = f"waiting for {what} (at most {text.duration(left)} more)" if left > 0 else what
        if self._show is not None:
            self._show(line)
            return
        said, before = self._said
        if said != what or left <= 0 or before - left >= SAID_AGAIN:
            self._said = (what, left)
            self.say(f"  {text.visible(line)}")

    def line(self, words: str) -> None:
        """A line of a program that does something for us: the newest one stands in the live line."""
        self.event("line", line=words)
        if self._show is not None:
            self._show(words)
        else:
            self.say(f"  {text.visible(words)}")

    def hear(self, event: Started | Result) -> None:
        """A step of a plan has begun or ended."""
        step = event.step
        title = f"{text.kind(step.kind)} {text.visible(step.name)}"
        if isinstance(event, Started):
            self.event("started", action=step.action.value, kind=step.kind, name=step.name)
            self._under_way[step.key] = f"{DOING[step.action]} {title}"
        else:
            self._under_way.pop(step.key, None)
            self._ended(event, title)
        if self._show is not None:
            self._show(_short(list(self._under_way.values())))

    def _ended(self, result: Result, title: str) -> None:
        step = result.step
        error = None if result.error is None else str(self.explain(result.error, f"{DOING[step.action]} {title}"))
        self.event(result.outcome.value, action=step.action.value, kind=step.kind, name=step.name, error=error)
        if result.outcome is Outcome.DONE:
            self.say(f"  {DONE[step.action]} {title}")
        elif error is None and result.because is None:
            self.say(f"  not begun: {title}")

    @contextmanager
    def live(self) -> Iterator[None]:
        """A live line at the bottom of the terminal, where standard error is one that can."""
        if self.quiet or self.as_json or not text.is_rich_terminal(sys.stderr):
            yield
            return
        from rich.console import Console  # noqa: PLC0415 - costs as much as click
        from rich.text import Text  # noqa: PLC0415 - likewise

        with Console(stderr=True, highlight=False, markup=False).status(Text("…"), spinner="dots") as status:
            # rich: a spinner reads markup in plain strings, whatever its console was told.
            self._show = lambda line: status.update(Text(text.visible(line)))
            try:
                yield
            finally:
                self._show = None


def _short(under_way: list[str]) -> str:
    """What is under way, in one line."""
    named = "; ".join(under_way[:SHOWN_AT_ONCE]) or "…"
    more = len(under_way) - SHOWN_AT_ONCE
    return f"{named}; {more} more" if more > 0 else named
