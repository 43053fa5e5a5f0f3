"""An event to the targets of a rule: each on its own, machines really started, failures to the dead-letter queue."""

from __future__ import annotations

import copy
import json
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from s3ecs.local import backends, seams
from s3ecs.local.backends import Place

_log = logging.getLogger(__name__)


@dataclass
class Undeliverable(Exception):
    """A target could not be reached: AWS's error code and message for the dead-letter queue."""

    code: str
    message: str


def install() -> None:
    """Let PutEvents deliver through us."""
    seams.replace("events.to_targets", offer)


def offer(rule: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:
    """Deliver the event to the rule's targets if the rule is enabled and matches; never raises.

    This also stands in for moto's ``Rule.send_to_targets``, through which PutEvents goes; whether an input transformer
    is used does not depend on where an event came from, so moto's last parameter is not.
    """
    del transform_input
    if rule.state == "DISABLED":
        return
    event = _as_sent(original_event)
    if not rule.event_pattern.matches_event(event):
        return
    for target in list(rule.targets):
        try:
            _deliver(rule, target, event)
        except Undeliverable as failure:
            _dead_letter(rule, target, event, failure)
        except Exception as error:  # noqa: BLE001  (a target that moto cannot serve must not harm the next one)
            _log.exception("delivering to %s failed", target["Arn"])
            _dead_letter(rule, target, event, Undeliverable("SDK_CLIENT_ERROR", str(error)))


def _as_sent(event: dict[str, Any]) -> dict[str, Any]:
    sent = {name: value for name, value in event.items() if name != "ingestion-time"}  # moto's own field
    if isinstance(sent["time"], int | float):
        sent["time"] = datetime.fromtimestamp(sent["time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return sent


def _deliver(rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
    if ":states:" in target["Arn"] and ":stateMachine:" in target["Arn"]:
        _start(target, event)
        return
    alone = copy.copy(rule)
    alone.targets = [target]
    # moto's SQS and log targets turn a number into the time, and cannot read the text that AWS sends
    as_moto = copy.deepcopy(event) | {"time": datetime.fromisoformat(event["time"]).timestamp()}
    seams.original("events.to_targets")(alone, as_moto, transform_input="InputTransformer" in target)


def _start(target: dict[str, Any], event: dict[str, Any]) -> None:
    if not target.get("RoleArn"):
        raise Undeliverable("NO_PERMISSIONS", f"no role to start {target['Arn']} with")
    # AWS: EventBridge chooses the name, so the same event delivered twice is two executions.
    name = f"{event['id']}_{uuid.uuid4()}"
    try:
        Place.of_arn(target["Arn"]).states.start_execution(target["Arn"], name, _input(target, event))
    except backends.ERRORS as error:
        missing = backends.code_of(error) == "StateMachineDoesNotExist"
        code = "NO_RESOURCE" if missing else "SDK_CLIENT_ERROR"
        raise Undeliverable(code, backends.message_of(error)) from error


def _input(target: dict[str, Any], event: dict[str, Any]) -> str:
    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        raise Undeliverable("SDK_CLIENT_ERROR", "an InputTransformer to a state machine is not served here")
    value: Any = event
    for step in target.get("InputPath", "$").split(".")[1:]:
        value = value[step]
    return json.dumps(value, ensure_ascii=False)


def _dead_letter(rule: Any, target: dict[str, Any], event: dict[str, Any], failure: Undeliverable) -> None:
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    _log.warning("%s: %s: %s: %s", rule.arn, target["Arn"], failure.code, failure.message)
    if not queue:
        return
    told = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": failure.message,
    }
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
    try:
        Place.of_arn(queue).queues.send_message(
            queue.rpartition(":")[2], json.dumps(event, ensure_ascii=False), message_attributes=attributes
        )
    except backends.ERRORS as error:
        # AWS: an event whose queue is gone too is lost without a trace; here the log has it.
        _log.warning("%s: the event is lost: %s", queue, backends.message_of(error))
