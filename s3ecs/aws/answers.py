"""What the SDK does not look at by itself: whether an answer is AWS's, and whole, and which call it was of none."""

from __future__ import annotations

import re
from typing import Any, Final

from botocore.parsers import ResponseParserError

from s3ecs.aws.faults import OPERATION, SERVER_ERROR

NO_SUCCESS: Final = 300
# A page of a network that wants a sign-in first, or of a proxy.
PAGE: Final = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL)
BEGINS_JSON: Final = b'{["n'


def listen(events: Any) -> None:
    """Have every answer of a boto3 session looked at."""
    events.register_first("before-parse.*.*", _discard_half_an_answer)
    events.register("before-parse.*.*", _refuse_what_is_not_of_aws)
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


def _refuse_what_is_not_of_aws(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Raises ResponseParserError for a page that somebody on the way has put in place of an answer.

    botocore: any text is taken for an empty document of JSON, which says that there is nothing, and so is a page that
    is well-formed for one of XML.
    """
    body = response_dict["body"]
    if not isinstance(body, bytes) or response_dict["status_code"] >= NO_SUCCESS:
        return
    is_json = operation_model.service_model.resolved_protocol in ("json", "rest-json")
    begin = body.lstrip()[:1]
    if PAGE.match(body) or (is_json and begin and begin not in BEGINS_JSON):
        raise ResponseParserError("no document of a service's")


def _take_over_the_status(response: Any, **_: Any) -> None:
    """botocore: whether a call is tried again depends on the status that came; it does this for S3 only."""
    if response is not None:
        http, parsed = response
        http.status_code = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode", http.status_code)


def _name_the_call(exception: Exception, event_name: str, **_: Any) -> None:
    """botocore: an error of the way to AWS does not say which call was on it."""
    setattr(exception, OPERATION, event_name.rpartition(".")[2])
