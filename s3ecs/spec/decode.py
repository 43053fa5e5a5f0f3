"""The tree of a file -> Spec: the keys of the file's top level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from s3ecs.spec import limits
from s3ecs.spec.bucket import bucket
from s3ecs.spec.findings import Findings, quoted
from s3ecs.spec.jobs import jobs
from s3ecs.spec.model import Bucket, Cluster, Spec
from s3ecs.spec.network import network
from s3ecs.spec.nodes import Scalar, describe
from s3ecs.spec.scalars import flag, matching, one_of, whole, written
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


@takes({**written.schema(), "maxLength": limits.MAX_TAG_VALUE})
def _tag_value(value: Value) -> str:
    found = written(value)
    if len(found) > limits.MAX_TAG_VALUE:
        raise Wrong(f"has {len(found)} characters, more than {limits.MAX_TAG_VALUE}")
    if not _tag_alphabet(found):
        raise Wrong(f"a tag has letters, digits and {quoted(limits.TAG_SYMBOLS)} only, not {describe(value.node)}")
    return found


@takes(
    {
        "type": "object",
        "maxProperties": limits.MAX_TAGS,
        "propertyNames": {
            "minLength": 1,
            "maxLength": limits.MAX_TAG_KEY,
            "not": {"pattern": f"^(?:{'|'.join(limits.RESERVED_TAGS)})"},
        },
        "additionalProperties": _tag_value.schema(),
    }
)
def tags(value: Value) -> dict[str, str]:
    """Read a mapping of tags; ``s3ecs:...`` is the stack's own."""
    entries = value.entries()
    if len(entries) > limits.MAX_TAGS:
        raise Wrong(f"has {len(entries)} tags, more than {limits.MAX_TAGS} (AWS takes 50, two are the stack's own)")
    for key, tag in entries.items():
        reason = _bad_tag_key(key)
        if reason:
            value.findings.add(tag.path, reason, tag.head)
    return {key: found for key, tag in entries.items() if (found := tag.attempt(_tag_value)) is not None}


def _bad_tag_key(key: str) -> str | None:
    if not 1 <= len(key) <= limits.MAX_TAG_KEY:
        return f"a tag's key has 1 to {limits.MAX_TAG_KEY} characters"
    if not _tag_alphabet(key):
        return f"a tag's key has letters, digits and {quoted(limits.TAG_SYMBOLS)} only"
    reserved = next((start for start in limits.RESERVED_TAGS if key.lower().startswith(start)), None)
    return f"tags that begin with {reserved} are reserved" if reserved else None


def _tag_alphabet(found: str) -> bool:
    return all(char.isalnum() or char in limits.TAG_SYMBOLS for char in found)


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
    "log_retention_days": one_of(limits.RETENTION),
    "jobs": jobs,
}
TOP = record(_KEYS, required=("name", "bucket", "jobs"))
"""The whole file."""
