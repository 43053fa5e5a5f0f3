"""What CreateStateMachine and UpdateStateMachine refuse.

moto answers a second creation with the first machine whatever it asks for, looks at no log destination, and names no
error of its parser.
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.exceptions import StateMachineDoesNotExist

from s3ecs.local import seams
from s3ecs.local.backends import Place
from s3ecs.local.gaps import definitions

_OFF = {"level": "OFF", "includeExecutionData": False}
_UPDATABLE = ("definition", "role_arn", "logging_configuration", "tracing_configuration", "encryption_configuration")


def install() -> None:
    """Put AWS's checks in front of moto's."""
    seams.replace("states.create", create)
    seams.replace("states.update", update)
    seams.replace("states.validate", validate)


def create(  # noqa: PLR0917  (moto's own parameters)
    states: Any,
    name: str,
    definition: str,
    roleArn: str,  # noqa: N803
    tags: Any = None,
    publish: Any = None,
    loggingConfiguration: dict[str, Any] | None = None,  # noqa: N803
    tracingConfiguration: dict[str, Any] | None = None,  # noqa: N803
    *rest: Any,
    sm_type: str | None = None,
    **more: Any,
) -> Any:
    """A new machine, or the existing one if the call asks for the same."""
    _check_logging(states, loggingConfiguration)
    made = seams.original("states.create")(
        states,
        name,
        definition,
        roleArn,
        tags,
        publish,
        loggingConfiguration,
        tracingConfiguration,
        *rest,
        sm_type=sm_type,
        **more,
    )
    # AWS: the definition is compared as text; role and tags are not compared at all.
    same = (
        made.definition == definition
        and made.type == (sm_type or "STANDARD")
        and (made.loggingConfiguration or _OFF)["level"] == (loggingConfiguration or _OFF).get("level", "OFF")
        and bool((made.tracingConfiguration or {}).get("enabled")) == bool((tracingConfiguration or {}).get("enabled"))
    )
    if not same:
        raise JsonRESTError("StateMachineAlreadyExists", f"State Machine Already Exists: '{made.arn}'")
    return made


def update(states: Any, arn: str, *given: Any, **more: Any) -> Any:
    """Moto's own, for a machine that is there and a call that changes something."""
    asked = dict(zip(_UPDATABLE, given, strict=False)) | more
    if not any(machine.arn == arn for machine in list(states.state_machines)):
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    if not any(asked.get(name) for name in _UPDATABLE):
        raise JsonRESTError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the "
            "TracingConfiguration must be specified",
        )
    _check_logging(states, asked.get("logging_configuration"))
    return seams.original("states.update")(states, arn, **asked)


def validate(definition: str) -> None:
    """Our own look at the whole, then moto's at each state."""
    definitions.check(definition)
    try:
        seams.current("language.parse")(definition)
    except Exception as error:
        raise definitions.invalid([f"SCHEMA_VALIDATION_FAILED: {error}"]) from error


def _check_logging(states: Any, asked: dict[str, Any] | None) -> None:
    if not asked or asked.get("level", "OFF") == "OFF":
        return
    destinations = asked.get("destinations") or []
    if len(destinations) != 1:
        raise _bad_logging("Must specify exactly one Log Destination.")
    arn = destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
    if not arn.endswith(":*"):
        raise _bad_logging(f"the log group's ARN must end with :* and does not: {arn}")
    if arn.split(":")[6] not in Place(states.account_id, states.region_name).logs.groups:
        raise _bad_logging("Log Destination not found.")


def _bad_logging(reason: str) -> JsonRESTError:
    return JsonRESTError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {reason}")
