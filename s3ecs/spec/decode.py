"""The tree of a file -> Spec: the keys of the file's top level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from s3ecs.spec import limits
from s3ecs.spec.bucket import bucket, kms_key
from s3ecs.spec.findings import Findings
from s3ecs.spec.jobs import jobs
from s3ecs.spec.model import Bucket, Cluster, Spec
from s3ecs.spec.network import network
from s3ecs.spec.nodes import Scalar, describe
from s3ecs.spec.scalars import flag, integer, matching, one_of, whole
from s3ecs.spec.tags import tags
from s3ecs.spec.values import Reader, Value, Wrong, record, takes

if TYPE_CHECKING:
    from pathlib import Path

    from s3ecs.spec.nodes import Node

NAME_IN_WORDS = "lower-case letters, digits and inner hyphens, a letter first"


def decode(root: Node, file: str, folder: Path) -> tuple[Spec, Findings]:
    """Read a whole file.

    What could not be read has its default in the Spec, or nothing in it; the findings say what, why and where.
    """
    findings = Findings(file)
    findings.locate((), (root.line, root.column))
    value = Value(root, (), findings, (root.line, root.column))
    read = value.attempt(TOP)
    if read is None:  # no mapping at all: no rule shall complain about keys that nobody could write
        read = {}
        for key in _KEYS:
            findings.doubt((key,))
    nothing: dict[str, Any] = {"name": "", "bucket": Bucket(""), "jobs": (), "folder": folder}
    return Spec(**nothing | read), findings


@takes({"type": ["string", "integer"], "pattern": whole(limits.ACCOUNT)})
def account(value: Value) -> str:
    """Read twelve digits, as they are written: with or without quotes, a leading zero counts."""
    node = value.node
    if isinstance(node, Scalar) and node.kind in ("str", "int") and re.fullmatch(limits.ACCOUNT, node.text):
        return node.text
    raise Wrong(f"must be the 12 digits of an AWS account, not {describe(node)}")


@takes(lambda: _CLUSTER.schema())  # noqa: PLW0108 - its table comes further down
def cluster(value: Value) -> Cluster:
    """Read a mapping that names an existing cluster."""
    if isinstance(value.node, Scalar):
        raise Wrong(f"must be a mapping such as {{existing: shared}}, not {describe(value.node)}")
    return Cluster(**_CLUSTER(value))


_CLUSTER: Reader[dict[str, Any]] = record(
    {"existing": matching(limits.CLUSTER, "the name of a cluster such as shared (no ARN)", longest=255)},
    required=("existing",),
)

_KEYS = {
    "name": matching(limits.NAME, NAME_IN_WORDS, longest=limits.MAX_NAME),
    "account": account,
    "region": matching(limits.REGION, "an AWS region such as eu-west-1", longest=20),
    "tags": tags,
    "bucket": bucket,
    "cluster": cluster,
    "network": network,
    "permissions_boundary": matching(
        f"{limits.POLICY_ARN}|{limits.ROLE}", "a policy's ARN, or the name of one of the account's", longest=2048
    ),
    "path": matching(limits.IAM_PATH, "a path of IAM such as /team/, with / at both ends", longest=512),
    "trust_conditions": flag,
    "termination_protection": flag,
    "log_retention_days": one_of(limits.RETENTION),
    "log_kms_key": kms_key,
    "keep_images": integer(1, limits.MAX_KEPT_IMAGES),
    "jobs": jobs,
}
TOP = record(_KEYS, required=("name", "bucket", "jobs"))
"""The whole file."""
