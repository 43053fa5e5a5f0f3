"""Talk while something happens, on standard error: a live line in a terminal, else one plain line an event.

With ``--json`` the events go to standard output instead, one JSON object each.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from s3ecs.engine.apply import Outcome, Result, Started
from s3ecs.engine.plan import Action
from s3ecs.report import text
from s3ecs.report.pulse import Pulse, line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from s3ecs.report.pulse import Going

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

SILENCE = 4.0  # seconds after which is said what goes on: with what it takes to say it, fewer than five pass


class Talk:
    """Hears the events of one command. ``explain`` makes an error, and what was being done, one of ours."""

    def __init__(self, *, quiet: bool, as_json: bool, explain: Callable[[Exception, str], Exception]) -> None:
        self.quiet, self.as_json, self.explain = quiet, as_json, explain
        self._show: Callable[[str], None] | None = None
        self._spoke = time.monotonic()
        self._pulse = Pulse(self._goes_on)

    def say(self, words: str) -> None:
        """One line of talk."""
        if not self.quiet and not self.as_json:
            self.insist(words)

    def insist(self, words: str) -> None:
        """One line that is said even where talk is not wanted: what a question is about."""
        self._print(words, sys.stderr)

    def event(self, event: str, /, **facts: Any) -> None:
        """One event for a program; nothing without ``--json``."""
        if self.as_json:
            self._print(json.dumps({"event": event, **facts}, default=repr), sys.stdout)

    def _print(self, words: str, stream: IO[str]) -> None:
        """A whole line in one write: other threads tell what they wait for, and the main one the error it ends with."""
        self._spoke = time.monotonic()
        stream.write(f"{words}\n")
        stream.flush()

    def waiting(self, what: str, left: float) -> None:
        """Something is waited for, ``left`` seconds more at the most; negative: no more. With 0 it is just told."""
        if left > 0:
            self._pulse.begins(f"waiting for {what}", seconds=left)
        elif left < 0:
            self._pulse.ends(f"waiting for {what}")
        elif self._show is not None:
            self._show(what)
        else:
            self.event("progress", what=what)
            self.say(f"  {text.visible(what)}")

    def during(self, what: str) -> AbstractContextManager[None]:
        """``what`` goes on as long as the block, and is named where that is long."""
        return self._pulse.during(what)

    def asking(self) -> AbstractContextManager[None]:
        """A question stands at the end of the screen as long as the block: nothing is said into it."""
        return self._pulse.held()

    def _goes_on(self, going: Sequence[Going]) -> None:
        """A live line is always true; a plain one is said where nothing else was for a while."""
        if self._show is not None:
            self._show(line(going))
        elif time.monotonic() - self._spoke >= SILENCE:
            for each in (each for each in going if each.event):
                left = None if each.left is None else round(each.left)
                self.event("waiting", what=each.what, seconds=round(each.so_far), seconds_left=left)
            self.say(f"  {line(going)}")

    def line(self, words: str, of: str) -> None:
        """A line of a program that does something for us, and what it does; the newest one stands in the live line."""
        self.event("line", of=of, line=words)
        if self._show is not None:
            self._show(f"{of}: {words}")
        else:
            self.say(f"  {text.visible(f'{of}: {words}')}")

    def hear(self, event: Started | Result) -> None:
        """A step of a plan has begun or ended."""
        step = event.step
        title = f"{text.kind(step.kind)} {text.visible(step.name)}"
        if isinstance(event, Started):
            self.event("started", action=step.action.value, kind=step.kind, name=step.name)
            self._pulse.begins(f"{DOING[step.action]} {title}")
        else:
            self._pulse.ends(f"{DOING[step.action]} {title}")
            self._ended(event, title)
        if self._show is not None:
            self._show(line(self._pulse.going))

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
        try:
            if self.quiet or self.as_json or not text.is_rich_terminal(sys.stderr):
                yield
            else:
                yield from self._spinning()
        finally:
            self._show = None
            self._pulse.all_end()

    def _spinning(self) -> Iterator[None]:
        from rich.console import Console  # noqa: PLC0415 - costs as much as click
        from rich.text import Text  # noqa: PLC0415 - likewise

        with Console(stderr=True, highlight=False, markup=False).status(Text("…"), spinner="dots") as status:
            # rich: a spinner reads markup in plain strings, whatever its console was told.
            self._show = lambda words: status.update(Text(text.visible(words)))
            yield
