"""What a child does to its own calls: notes them, is killed at one, has them answered as AWS does on a bad day.

All of it hangs on botocore's events. ``Order`` says what is to happen.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import bad_days, tape
from .calls import reads, resource_of, what

if TYPE_CHECKING:
    from collections.abc import Mapping


EACH = "each"
"""In place of a call: each one of each operation and resource, the first time that it leaves."""


@dataclass(frozen=True)
class Order:
    """``deed`` is done once at ``call``, or ``always``: at every call of its operation and resource. Empty is none.

    ``kill-before`` and ``kill-after`` a call was carried out; ``press`` is Ctrl-C right before it; ``stale`` answers it
    from the tape ``played``, or as before in this run; all others are days of ``bad_days``. ``share`` of all calls are
    throttled. Answers to reads are kept on the tape ``kept``.
    """

    deed: str = ""
    call: str = ""
    always: bool = False
    share: float = 0.0
    kept: str = ""
    played: str = ""
    seed: int = 0


class Gate:
    """Who is killed leaves nothing on its way: what has left before has been carried out, and nothing leaves after."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._under_way = 0
        self._is_shut = False

    def go_in(self) -> None:
        """Before a call leaves."""
        with self._news:
            while self._is_shut:
                self._news.wait()
            self._under_way += 1

    def go_out(self) -> None:
        """When its answer is there."""
        with self._news:
            self._under_way -= 1
            self._news.notify_all()

    def shut_and_wait(self) -> None:
        """Let nothing more leave, and wait until all but one of those under way have ended: our own."""
        with self._news:
            if self._is_shut:  # somebody else is about to
                while True:
                    self._news.wait()
            self._is_shut = True
            while self._under_way > 1:
                self._news.wait()


@dataclass
class Hooks:
    """Hung on one boto3 session. ``log`` gets a line a call, in the order in which they were made."""

    order: Order
    log: int
    said: Counter[str] = field(default_factory=Counter)
    local: threading.local = field(default_factory=threading.local)
    done: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)
    gate: Gate = field(default_factory=Gate)

    def __post_init__(self) -> None:
        self.random = random.Random(self.order.seed)  # noqa: S311 - chance, no secret
        self.played = tape.Tape.load(self.order.played) if self.order.played else None
        self.lock = threading.Lock()

    def hang_on(self, events: Any) -> None:
        """Hear of every call."""
        events.register_first("before-parameter-build.*.*", self.named)
        events.register_last("before-send.*.*", self.leaving)
        events.register_first("response-received.*.*", self.answered)

    def named(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        named = f"{model.service_model.service_name} {model.name} {resource_of(params)}"
        with self.lock:
            self.said[named] += 1
            self.local.call = f"{named} #{self.said[named]}"
        self.local.service = model.service_model.service_name
        os.write(self.log, f"{self.local.call}\n".encode())

    def leaving(self, request: Any, **_: Any) -> Any:
        self.gate.go_in()
        if self.order.share and self.random.random() < self.order.share:
            return bad_days.answer("throttled", request, self.local.service)
        if not self.is_meant():
            return None
        deed = self.order.deed
        if deed == "kill-before":
            self.gate.shut_and_wait()
            os.kill(os.getpid(), signal.SIGKILL)
        if deed == "press":
            os.kill(os.getpid(), signal.SIGINT)
        if deed in ("kill-after", "press"):
            return None
        if deed == "stale":
            return self.answer_from_before(request.url)
        return bad_days.answer(deed, request, self.local.service)

    def answer_from_before(self, url: str) -> Any:
        call = self.local.call
        kept = (self.played and self.played.of(call)) or self.before.get(what(call))
        return None if kept is None else tape.answer(kept, url)

    def answered(self, response_dict: Any = None, **_: Any) -> None:
        call = self.local.call
        if self.order.deed == "kill-after" and self.is_meant():
            self.gate.shut_and_wait()
            os.kill(os.getpid(), signal.SIGKILL)
        if response_dict is not None and reads(call):
            with self.lock:
                kept = self.before[what(call)] = tape.kept(call, response_dict)
                if self.order.kept:
                    tape.keep(self.order.kept, kept)
        self.gate.go_out()

    def is_meant(self) -> bool:
        """Whether something is to happen to the call of this thread, and has not happened yet."""
        call = self.local.call
        if self.order.always:
            return what(call) == what(self.order.call)
        if self.order.call not in (call, EACH):
            return False
        with self.lock:
            is_new = what(call) not in self.done
            if self.order.deed != "kill-after":
                self.done.add(what(call))
        return is_new
