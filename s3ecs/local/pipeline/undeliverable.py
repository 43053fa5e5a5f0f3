"""Why an event did not reach a target, in the words of a dead letter."""

from __future__ import annotations

from dataclasses import dataclass

from s3ecs.local import backends


@dataclass
class Undeliverable(Exception):
    """A target could not be reached: EventBridge's code and message, and whether a later attempt may succeed."""

    code: str
    message: str
    passing: bool = False


# AWS: throttling and the service's own failures are tried again; a missing permission or target is not.
_PASSING = {
    "ThrottlingException": "THROTTLING",
    "TooManyRequestsException": "THROTTLING",
    "ExecutionLimitExceeded": "RESOURCE_LIMIT_EXCEEDED",
    "RequestTimeout": "TIMEOUT",
    "InternalFailure": "INTERNAL_ERROR",
    "InternalServerError": "INTERNAL_ERROR",
    "ServiceUnavailable": "INTERNAL_ERROR",
}
_LASTING = {
    "StateMachineDoesNotExist": "NO_RESOURCE",
    "ResourceNotFoundException": "NO_RESOURCE",
    "AWS.SimpleQueueService.NonExistentQueue": "NO_RESOURCE",
    "AccessDeniedException": "NO_PERMISSIONS",
    "ExecutionAlreadyExists": "RESOURCE_ALREADY_EXISTS",
    "InvalidExecutionInput": "INVALID_JSON",
}


def because_of(error: Exception) -> Undeliverable:
    """What an error of a service means for the delivery; one that no service raises is an internal failure."""
    if isinstance(error, NotImplementedError):
        return Undeliverable("SDK_CLIENT_ERROR", "the embedded AWS does not have this kind of target")
    if not isinstance(error, backends.ERRORS):
        return Undeliverable("INTERNAL_ERROR", f"{type(error).__name__}: {error}", passing=True)
    code, message = backends.code_of(error), backends.message_of(error)
    if code in _PASSING:
        return Undeliverable(_PASSING[code], message, passing=True)
    return Undeliverable(_LASTING.get(code, "SDK_CLIENT_ERROR"), message)
