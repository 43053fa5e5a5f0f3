"""An event to the targets of a rule: each on its own, again after a passing failure, else to the dead-letter queue."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3ecs.local import later, request, seams
from s3ecs.local.pipeline import queues, targets
from s3ecs.local.pipeline.retries import RetryPolicy
from s3ecs.local.pipeline.undeliverable import Undeliverable, because_of

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


def install() -> None:
    """Let PutEvents deliver through us."""
    seams.replace("events.to_targets", offer)


class Settling:
    """Calls ``then`` once whatever began to be delivered has arrived, or was given up."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then
        self.begun = 0
        self._left = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """One delivery more."""
        with self._lock:
            self._left += 1
            self.begun += 1

    def end(self) -> None:
        """One delivery less."""
        with self._lock:
            self._left -= 1
            is_last = not self._left
        if is_last:
            self._then()


def offer(
    rule: Any,
    original_event: dict[str, Any],
    transform_input: bool = True,
    *,
    reached: frozenset[tuple[str, str]] = frozenset(),
    settling: Settling | None = None,
) -> None:
    """Deliver the event to the rule's targets if the rule is enabled and matches; never raises.

    Targets that it has ``reached`` before the server was killed, by the rule's ARN and their own id, are left out.

    This also stands in for moto's ``Rule.send_to_targets``, through which PutEvents goes; whether an input transformer
    is used does not depend on where an event came from, so moto's last parameter is not.
    """
    del transform_input
    if rule.state == "DISABLED":
        return
    event = _as_sent(original_event)
    if not rule.event_pattern.matches_event(event):
        return
    for target in [target for target in rule.targets if (rule.arn, target["Id"]) not in reached]:
        Delivery(rule, target, event, settling or Settling(lambda: None)).attempt()


def _as_sent(event: dict[str, Any]) -> dict[str, Any]:
    sent = {name: value for name, value in event.items() if name != "ingestion-time"}  # moto's own field
    if isinstance(sent["time"], int | float):
        sent["time"] = _text_of(datetime.fromtimestamp(sent["time"], UTC))
    return sent


def _text_of(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Delivery:
    """One event on its way to one target, as the target was when the event came."""

    rule: Any
    target: dict[str, Any]
    event: dict[str, Any]
    settling: Settling
    ingested: str = field(default_factory=lambda: _text_of(datetime.now(UTC)))
    began: float = field(default_factory=time.monotonic)
    retries: int = 0

    def __post_init__(self) -> None:
        self.settling.begin()

    def attempt(self) -> None:
        """Try once; what follows a failure is seen to, so nothing is raised."""
        token = request.delivering.set((self.event["id"], self.rule.arn, self.target["Id"]))
        try:
            targets.invoke(self.rule, self.target, self.event, self.ingested)
        except Undeliverable as failure:
            self._failed(failure)
        except Exception as error:  # noqa: BLE001  (a target that moto cannot serve must not harm the next one)
            if not self.retries:
                _log.exception("delivering to %s failed", self.target["Arn"])
            self._failed(because_of(error))
        else:
            self.settling.end()
        finally:
            request.delivering.reset(token)

    @property
    def _exhausted(self) -> str | None:
        return RetryPolicy.of(self.target).exhausted(self.retries, self._age)

    @property
    def _age(self) -> float:
        return time.monotonic() - self.began

    def _failed(self, failure: Undeliverable) -> None:
        over = self._exhausted if failure.passing else None
        if failure.passing and over is None:
            pause = RetryPolicy.of(self.target).pause(self.retries, self._age)
            later.after(pause, lambda: self._again(failure))
        else:
            self._give_up(failure, over)
            self.settling.end()

    def _again(self, failure: Undeliverable) -> None:
        if over := self._exhausted:  # its age has come while it waited
            self._give_up(failure, over)
            return
        self.retries += 1
        self.attempt()

    def _give_up(self, failure: Undeliverable, exhausted: str | None) -> None:
        arn, queue = self.target["Arn"], self.target.get("DeadLetterConfig", {}).get("Arn")
        fate = f"to {queue}" if queue else "dropped"
        _log.warning("%s: %s: %s: %s: %s", self.rule.arn, arn, failure.code, failure.message, fate)
        if not queue:
            return
        told = {
            "RULE_ARN": self.rule.arn,
            "TARGET_ARN": arn,
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
            "RETRY_ATTEMPTS": str(self.retries),
        }
        if exhausted:
            told["EXHAUSTED_RETRY_CONDITION"] = exhausted
        try:
            _dead_letter(self.rule, queue, json.dumps(self.event, ensure_ascii=False), told)
        except Undeliverable as error:
            # AWS: an event whose queue cannot be reached either is lost without a trace; here the log has it.
            _log.warning("%s: the event is lost: %s", queue, error.message)


def _dead_letter(rule: Any, queue: str, event: str, told: dict[str, str]) -> None:
    if queue.endswith(".fifo"):
        raise Undeliverable("SDK_CLIENT_ERROR", "a dead-letter queue must be a standard queue")
    queues.send(rule, queue, event, told)
