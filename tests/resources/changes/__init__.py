"""Every setting of every kind, changed with plain calls; what the plan then has to say."""

from __future__ import annotations

from .bucket import BUCKET
from .case import Case
from .events import RULE, TARGET
from .network import NETWORK
from .repository import REPOSITORY
from .role import ROLE
from .runs import DEFINITION, MACHINE
from .shared import CLUSTER, GROUP, LOGS, QUEUE, SPEC

__all__ = ["CASES", "NOT_CHANGEABLE", "Case"]

CASES = (
    *(*BUCKET, *CLUSTER, *LOGS, *QUEUE, *ROLE, *RULE, *TARGET, *GROUP, *MACHINE, *DEFINITION, *NETWORK, *REPOSITORY),
    *SPEC,
)

# What cannot be changed where it stands: only a new thing, or here only another launch type, has it otherwise.
NOT_CHANGEABLE = {
    "task-definition": {"networkMode", "requiresCompatibilities"},
    "state-machine": {"type"},
    "role": {"path"},
    "image": {"source", "repository"},
    "security-group": {"vpc"},
    "vpc": {"cidr"},
    "subnet": {"vpc", "zone", "cidr"},
    "nat-gateway": {"subnet", "address", "state"},
    "route-table": {"vpc"},
    "vpc-endpoint": {"vpc", "service"},
}
