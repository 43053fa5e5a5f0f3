"""What tells a call of a command from all others, in this run and in the next: operation, resource, occurrence."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What AWS makes up anew each time.
IDS = re.compile(r"\b(vpc|subnet|igw|eipalloc|nat|rtb|vpce|sg|rtbassoc|eipassoc)-[0-9a-f]{8,}\b")
REVISIONS = re.compile(r"(task-definition/[\w-]+):\d+")
TOKENS = {"ClientToken", "clientToken"}
NAMES = ("Bucket", "RoleName", "Rule", "QueueUrl", "logGroupName", "family", "Name", "name", "taskDefinition")
"""The parameters that name a resource for a person, the most telling first."""


def without_ids(text: str) -> str:
    """``text`` with all that AWS makes up replaced by its sort."""
    return REVISIONS.sub(r"\1:N", IDS.sub(r"\1-N", text))


def resource_of(params: Mapping[str, Any]) -> str:
    """What a call is about: its parameters, told by a name and a digest of all of them."""
    kept = {key: value for key, value in params.items() if key not in TOKENS}
    digest = hashlib.sha256(without_ids(json.dumps(kept, sort_keys=True, default=str)).encode()).hexdigest()[:8]
    name = next((kept[key] for key in NAMES if isinstance(kept.get(key), str)), "")
    return f"{without_ids(name).rpartition('/')[2]}~{digest}"


READS = ("Get", "List", "Describe", "Head", "BatchGet")


def reads(call: str) -> bool:
    """Whether a call, ``service Operation resource #occurrence``, changes nothing."""
    return call.split()[1].startswith(READS)


def operation(call: str) -> str:
    """Its ``service Operation``."""
    return " ".join(call.split()[:2])


def what(call: str) -> str:
    """The call without its occurrence."""
    return call.rpartition(" ")[0]
