"""The keys of ``bucket``, and how a KMS key is named."""

from __future__ import annotations

import re

from s3ecs.spec import limits
from s3ecs.spec.model import Bucket
from s3ecs.spec.nodes import Mapping
from s3ecs.spec.scalars import flag, matching, text
from s3ecs.spec.values import Value, Wrong, either, record, takes


@takes(text.schema)
def bucket_name(value: Value) -> str:
    """Read a bucket's name, ``${account}`` and ``${region}`` left in it; a rule checks what it becomes."""
    found = text(value)
    for variable in re.findall(r"\$\{[^{}]*\}?", found):
        if variable not in ("${account}", "${region}"):
            raise Wrong(f"holds {variable}, but only ${{account}} and ${{region}} are filled in")
    return found


kms_key = matching(limits.KMS_KEY, "a KMS key's id, ARN or alias such as alias/team", longest=2048)

_BUCKET = record(
    {
        "name": bucket_name,
        "existing": flag,
        "versioning": flag,
        "kms_key": kms_key,
    },
    required=("name",),
)


@takes(either(bucket_name, _BUCKET))
def bucket(value: Value) -> Bucket:
    """Read a bucket's name alone, or a mapping that says more of it."""
    if not isinstance(value.node, Mapping):
        return Bucket(bucket_name(value))
    return Bucket(**{"name": ""} | _BUCKET(value))
