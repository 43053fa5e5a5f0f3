"""Failures that hide in an answer of 200, each service's in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from s3ecs.errors import CallFailed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LISTS: Final = ("FailedEntries", "Errors", "Unsuccessful", "failures")
"""Where they stand: EventBridge's, S3's, EC2's, that of ECS and ECR."""
CODES: Final = ("ErrorCode", "Code", "reason", "failureCode")
MESSAGES: Final = ("ErrorMessage", "Message", "detail", "failureReason")
SUBJECTS: Final = ("TargetId", "Key", "ResourceId", "arn", "imageDigest", "imageTag")


def look_into(call: str, answer: Mapping[str, Any], *, fine: Collection[str] = ()) -> None:
    """Raises CallFailed for the first failure in the answer to ``call`` whose code is not among the ``fine``."""
    for failed in (each for key in LISTS for each in answer.get(key, ())):
        said = {**failed, **failed.get("Error", {}), **failed.get("imageId", {})}
        code = _first(said, CODES)
        if code not in fine:
            words = (call, code, _first(said, MESSAGES), ascii(_first(said, SUBJECTS)))
            raise CallFailed(": ".join(word for word in words if word), code=code)


def _first(said: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((str(said[key]) for key in keys if said.get(key)), "")
