"""What failed in an answer of 200 is a failure, whichever service says it."""

from __future__ import annotations

from typing import Any

import pytest

from s3ecs.aws.hidden import look_into
from s3ecs.errors import CallFailed

ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    "PutTargets": (
        {"FailedEntries": [{"TargetId": "a", "ErrorCode": "Limit", "ErrorMessage": "too many"}]},
        "PutTargets: Limit: too many: 'a'",
    ),
    "DeleteObjects": (
        {"Errors": [{"Key": "k\n", "Code": "AccessDenied", "Message": "locked"}]},
        "DeleteObjects: AccessDenied: locked: 'k\\n'",
    ),
    "DeleteVpcEndpoints": (
        {"Unsuccessful": [{"ResourceId": "vpce-1", "Error": {"Code": "InUse", "Message": "busy"}}]},
        "DeleteVpcEndpoints: InUse: busy: 'vpce-1'",
    ),
    "DeleteTaskDefinitions": (
        {"failures": [{"arn": "a:1", "reason": "ACTIVE", "detail": "deregister it first"}]},
        "DeleteTaskDefinitions: ACTIVE: deregister it first: 'a:1'",
    ),
    "BatchDeleteImage": (
        {"failures": [{"imageId": {"imageDigest": "sha256:1"}, "failureCode": "KmsError", "failureReason": "locked"}]},
        "BatchDeleteImage: KmsError: locked: 'sha256:1'",
    ),
}


@pytest.mark.parametrize("call", ANSWERS)
def test_it_is_raised_in_one_line(call: str) -> None:
    answer, words = ANSWERS[call]
    with pytest.raises(CallFailed) as failure:
        look_into(call, answer)
    assert str(failure.value) == words


def test_what_is_as_good_as_done_is_no_failure() -> None:
    look_into("DescribeClusters", {"clusters": [], "failures": [{"reason": "MISSING"}]}, fine={"MISSING"})
    look_into("PutTargets", {"FailedEntryCount": 0, "FailedEntries": []})
