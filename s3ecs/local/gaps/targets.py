"""What PutTargets and RemoveTargets refuse; moto takes any number of targets, without roles, with several inputs."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import ValidationException

from s3ecs.local import seams
from s3ecs.local.pipeline.target_input import PREDEFINED, placeholders

_PER_REQUEST = 10
_PER_RULE = 5  # AWS: a quota, which can be raised
_WITH_ROLE = (":states:", ":ecs:", ":batch:", ":kinesis:", ":firehose:", ":codebuild:", ":codepipeline:")
_INPUTS = ("Input", "InputPath", "InputTransformer")


def install() -> None:
    """Look at the targets before moto takes them."""
    seams.replace("events.put_targets", put_targets)
    seams.replace("events.http_remove_targets", remove_targets)


def put_targets(events: Any, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
    """Moto's own, once nothing is to be refused."""
    if len(targets) > _PER_REQUEST:
        raise ValidationException(
            f"1 validation error detected: Value '{targets}' at 'targets' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_PER_REQUEST}"
        )
    for target in targets:
        _check(target)
    known = {target["Id"] for target in _targets(events, name, event_bus_arn)}
    if len(known | {target["Id"] for target in targets}) > _PER_RULE:
        raise JsonRESTError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    seams.original("events.put_targets")(events, name, event_bus_arn, targets)


def _check(target: dict[str, Any]) -> None:
    if any(service in target["Arn"] for service in _WITH_ROLE) and not target.get("RoleArn"):
        raise ValidationException(f"RoleArn is required for target {target['Arn']}.")
    if sum(name in target for name in _INPUTS) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
        )
    transformer = target.get("InputTransformer", {})
    known = PREDEFINED | set(transformer.get("InputPathsMap", {}))
    for placeholder in placeholders(transformer.get("InputTemplate", "")):
        if placeholder not in known:
            raise ValidationException(
                f"InputTemplate for target {target['Id']} contains invalid placeholder {placeholder}."
            )


def _targets(events: Any, name: str, event_bus_arn: str | None) -> list[dict[str, Any]]:
    bus = events.event_buses.get((event_bus_arn or "default").rpartition("/")[2])
    rule = bus.rules.get(name) if bus else None
    return list(rule.targets) if rule else []  # moto says what is missing


def remove_targets(http: Any) -> tuple[str, dict[str, Any]]:
    """RemoveTargets, with an entry for each target that the rule does not have."""
    rule, ids = http._get_param("Rule"), http._get_param("Ids")  # noqa: SLF001
    known = {one["Id"] for one in _targets(http.events_backend, rule, http._get_param("EventBusName"))}  # noqa: SLF001
    _, headers = seams.original("events.http_remove_targets")(http)
    failed = [
        {
            "TargetId": unknown,
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": f"Rule '{rule}' does not have a target with the Id '{unknown}'.",
        }
        for unknown in ids
        if unknown not in known
    ]
    return json.dumps({"FailedEntryCount": len(failed), "FailedEntries": failed}), headers
