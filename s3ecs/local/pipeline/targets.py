"""One event to one target, whatever its kind."""

from __future__ import annotations

import copy
import json
import time
import uuid
from datetime import datetime
from typing import Any

from s3ecs.local import backends, seams
from s3ecs.local.backends import Place
from s3ecs.local.pipeline import queues
from s3ecs.local.pipeline.target_input import check_json, text_for
from s3ecs.local.pipeline.undeliverable import Undeliverable, because_of


def invoke(rule: Any, target: dict[str, Any], event: dict[str, Any], ingested: str) -> None:
    """Deliver the event; raises Undeliverable."""
    arn: str = target["Arn"]
    service, resource = arn.split(":")[2], arn.split(":", 5)[5]
    try:
        if service == "states" and resource.startswith("stateMachine:"):
            _start(target, text_for(target, rule, event, ingested), event)
        elif service == "sqs":
            group = target.get("SqsParameters", {}).get("MessageGroupId")
            queues.send(rule, arn, text_for(target, rule, event, ingested), group=group)
        elif service == "logs" and resource.startswith("log-group:"):
            _log_line(arn, text_for(target, rule, event, ingested))
        elif service == "events" and resource.startswith("event-bus/"):
            _to_bus(arn, text_for(target, rule, event, ingested))
        else:
            _through_moto(rule, target, event, ingested)
    except backends.ERRORS as error:
        raise because_of(error) from error


def _start(target: dict[str, Any], text: str, event: dict[str, Any]) -> None:
    arn = target["Arn"]
    if not target.get("RoleArn"):
        raise Undeliverable("NO_PERMISSIONS", f"no role to start {arn} with")
    check_json(text)
    # AWS: EventBridge chooses the name, so the same event delivered twice is two executions.
    Place.of_arn(arn).states.start_execution(arn, f"{event['id']}_{uuid.uuid4()}", text)


def _log_line(arn: str, text: str) -> None:
    logs, group = Place.of_arn(arn).logs, arn.split(":")[6]
    stream = str(uuid.uuid4())
    logs.create_log_stream(group, stream)
    logs.put_log_events(group, stream, [{"timestamp": int(time.time() * 1000), "message": text}])


def _to_bus(arn: str, text: str) -> None:
    try:
        event = json.loads(text)
        entry = {"Source": event["source"], "DetailType": event["detail-type"], "Detail": json.dumps(event["detail"])}
    except (ValueError, KeyError, TypeError) as error:
        raise Undeliverable("INVALID_PARAMETER", f"the input for {arn} is no event") from error
    Place.of_arn(arn).events.put_events(
        [entry | {"Resources": event.get("resources", []), "EventBusName": arn.rpartition("/")[2]}]
    )


def _through_moto(rule: Any, target: dict[str, Any], event: dict[str, Any], ingested: str) -> None:
    """An archive or an API destination, which take the whole event."""
    alone = copy.copy(rule)
    alone.targets = [target]
    # moto wants numbers where AWS has text, and the time of arrival with the event
    sent = datetime.fromisoformat(event["time"]).timestamp()
    as_moto = copy.deepcopy(event) | {"time": sent, "ingestion-time": datetime.fromisoformat(ingested).timestamp()}
    # an archive is a target with a transformer of moto's own
    seams.original("events.to_targets")(alone, as_moto, transform_input="InputTransformer" in target)
