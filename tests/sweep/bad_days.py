"""How a call may fail, each as the SDK gets to see it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from tests.cli.wire import Refusal

from .tape import Raw

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWERS: Mapping[str, Refusal] = {
    "throttled": Refusal(400, "ThrottlingException", "Rate exceeded"),
    "500": Refusal(500, "InternalFailure", "We encountered an internal error. Please try again."),
    "503": Refusal(503, "ServiceUnavailable", "Please reduce your request rate."),
    "denied": Refusal(400, "AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized to perform it"),
}
"""What AWS answers without doing anything."""

WIRES: Mapping[str, str] = {
    "refused": "nobody listens",
    "lost": "carried out, and the connection closed before a byte of the answer",
    "cut": "carried out, and the connection closed in the midst of the answer",
    "late": "carried out, and no answer until the read time-out",
}
"""What happens on the way; the wire that does it listens where the variable of its name says."""

THROTTLING: Mapping[str, str] = {
    "ec2": "RequestLimitExceeded",
    "iam": "Throttling",
    "sts": "Throttling",
    "s3": "SlowDown",
}


def answer(day: str, request: Any, service: str) -> AWSResponse | None:
    """The answer on this day, None where the call is to go on its way, which may be another one by now."""
    if day in WIRES:
        parts = urlsplit(request.url)
        request.url = parts._replace(netloc=os.environ[f"WIRE_{day.upper()}"]).geturl()
        return _impatient.send(request) if day == "late" else None
    refusal = ANSWERS[day]
    if day == "throttled" and service in THROTTLING:
        refusal = Refusal(503, THROTTLING[service], refusal.message)
    return refused(refusal, request.url, service)


def refused(refusal: Refusal, url: str, service: str) -> AWSResponse:
    """The answer that refuses a request to ``url``, as the SDK gets to see it."""
    headers = {"x-amzn-errortype": refusal.code, "content-type": "text/xml"}
    return AWSResponse(url, refusal.status, headers, Raw(refusal.body(service)))


_impatient = URLLib3Session(timeout=0.5)
