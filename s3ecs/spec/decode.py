"""The tree of a file -> Spec: the keys of the file's top level, and of ``network``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from s3ecs.spec import limits
from s3ecs.spec.bucket import bucket
from s3ecs.spec.findings import Findings
from s3ecs.spec.jobs import jobs
from s3ecs.spec.model import Bucket, Cluster, Network, Spec
from s3ecs.spec.nodes import Scalar, describe
from s3ecs.spec.scalars import flag, matching, one_of, text
from s3ecs.spec.tagged import or_tagged
from s3ecs.spec.tags import tags
from s3ecs.spec.values import Value, Wrong, many, record

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
    read = value.attempt(lambda top: record(top, _KEYS, required=("name", "bucket", "jobs")))
    if read is None:  # no mapping at all: no rule shall complain about keys that nobody could write
        read = {}
        for key in _KEYS:
            findings.doubt((key,))
    nothing: dict[str, Any] = {"name": "", "bucket": Bucket(""), "jobs": (), "folder": folder}
    return Spec(**nothing | read), findings


def account(value: Value) -> str:
    """Read twelve digits, as they are written: with or without quotes, a leading zero counts."""
    node = value.node
    if isinstance(node, Scalar) and node.kind in ("str", "int") and re.fullmatch(limits.ACCOUNT, node.text):
        return node.text
    raise Wrong(f"must be the 12 digits of an AWS account, not {describe(node)}")


def network(value: Value) -> Network:
    """Read ``default``, or a mapping of what differs from it."""
    if isinstance(value.node, Scalar):
        if text(value) != "default":
            raise Wrong(f"must be default, or a mapping of {', '.join(_NETWORK_KEYS)}, not {describe(value.node)}")
        return Network()
    return Network(**record(value, _NETWORK_KEYS))


def cluster(value: Value) -> Cluster:
    """Read a mapping that names an existing cluster."""
    if isinstance(value.node, Scalar):
        raise Wrong(f"must be a mapping such as {{existing: shared}}, not {describe(value.node)}")
    return Cluster(**record(value, _CLUSTER_KEYS, required=("existing",)))


_CLUSTER_KEYS = {"existing": matching(limits.CLUSTER, "the name of a cluster such as shared (no ARN)", longest=255)}

_NETWORK_KEYS = {
    "vpc": or_tagged(matching(limits.VPC, "a VPC's id such as vpc-0123456789abcdef0", longest=21)),
    "subnets": or_tagged(
        many(
            matching(limits.SUBNET, "a subnet's id such as subnet-0123456789abcdef0", longest=24),
            at_least=1,
            at_most=limits.MAX_SUBNETS,
            what="subnet",
        )
    ),
    "security_groups": or_tagged(
        many(
            matching(limits.SECURITY_GROUP, "a security group's id such as sg-0123456789abcdef0", longest=20),
            at_least=1,
            at_most=limits.MAX_SECURITY_GROUPS,
            what="security group",
        )
    ),
    "public_ip": flag,
}

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
    "log_retention_days": one_of(limits.RETENTION),
    "jobs": jobs,
}
