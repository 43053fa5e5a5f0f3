"""A bucket's policy: one statement is ours, the others stay verbatim."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from s3ecs.resources import policy

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.resources.spot import Spot

SID: Final = "S3ecsTlsOnly"


def _policy(spot: Spot) -> dict[str, Any]:
    found = spot.ask("get_bucket_policy", "NoSuchBucketPolicy")
    return dict(json.loads(found["Policy"])) if "Policy" in found else {"Version": policy.VERSION, "Statement": []}


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements = document["Statement"]
    return statements if isinstance(statements, list) else [statements]


def tls_only(environment: Environment, bucket: str) -> dict[str, Any]:
    """What refuses everybody who comes without TLS."""
    arn = environment.s3(bucket)
    return {
        "Sid": SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def get_tls_only(spot: Spot) -> Any:
    """Whether our statement stands there, as it should be."""
    ours = [policy.statement(each) for each in _statements(_policy(spot)) if each.get("Sid") == SID]
    return ours == [policy.statement(tls_only(spot.aws.environment, spot.name))]


def put_tls_only(spot: Spot, _: Any) -> None:
    """Put our statement, in place of one that is not as it should be."""
    document = _policy(spot)  # its id and its version, which says how others' statements are read, stay as they are
    others = [each for each in _statements(document) if each.get("Sid") != SID]
    spot.s3.put_bucket_policy(
        **spot.where,
        Policy=policy.text({**document, "Statement": [*others, tls_only(spot.aws.environment, spot.name)]}),
    )


def foreign_statements(spot: Spot) -> str | None:
    """In words, whether others have put statements into the policy of a bucket of ours."""
    others = any(each.get("Sid") != SID for each in _statements(_policy(spot)))
    return "policy statements of others" if others else None
