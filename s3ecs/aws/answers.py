"""What the SDK does not look at by itself: whether an answer is whole, and which call it was that got none."""

from __future__ import annotations

from typing import Any

from s3ecs.aws.faults import OPERATION, SERVER_ERROR


def listen(events: Any) -> None:
    """Have every answer of a boto3 session looked at."""
    events.register_first("before-parse.*.*", _discard_half_an_answer)
    events.register_first("needs-retry.*.*", _take_over_the_status)
    events.register("after-call-error.*.*", _name_the_call)


def _discard_half_an_answer(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """One that the connection ended in the midst of is like an error of the server's: maybe it was carried out.

    botocore: the length of a body is compared with the one that was announced only where it is read as a stream; half
    a document of JSON is taken for an empty one, and half a document of XML ends the program.
    """
    body, announced = response_dict["body"], response_dict["headers"].get("Content-Length")
    if operation_model.http["method"] == "HEAD" or not isinstance(body, bytes) or announced is None:
        return
    if len(body) < int(announced):
        response_dict |= {"status_code": SERVER_ERROR, "body": b""}


def _take_over_the_status(response: Any, **_: Any) -> None:
    """botocore: whether a call is tried again depends on the status that came; it does this for S3 only."""
    if response is not None:
        http, parsed = response
        http.status_code = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", http.status_code)


def _name_the_call(exception: Exception, event_name: str, **_: Any) -> None:
    """botocore: an error of the way to AWS does not say which call was on it."""
    setattr(exception, OPERATION, event_name.rpartition(".")[2])
