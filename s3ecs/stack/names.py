"""Every name in a stack, computed from the spec; names that would pass a service's limit are shortened with a hash."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3ecs.spec.model import Job

HASH = 8
MAX_ROLE = 64


def fitted(name: str, limit: int) -> str:
    """``name``, or its beginning and a hash of the whole, so that it fits and stays its own."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - HASH - 1].rstrip('-')}-{_digest(name)}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:HASH]


def _in_region(name: str, region: str) -> str:
    """A role's name, which always ends with the region: IAM is global."""
    end = f"-{region}"
    return f"{fitted(name, MAX_ROLE - len(end))}{end}"


@dataclass(frozen=True)
class StackNames:
    """The names of what serves all jobs. IAM is global, so its names carry the region."""

    stack: str
    region: str

    @property
    def cluster(self) -> str:
        return self.stack

    @property
    def security_group(self) -> str:
        # AWS: EC2 keeps names that begin with sg- for itself.
        return (
            f"s3ecs-{self.stack}-tasks" if self.stack.startswith("sg-") or self.stack == "sg" else f"{self.stack}-tasks"
        )

    @property
    def own_security_group(self) -> str:
        """The one in a network of the stack's own, so that it can be there while tasks still run in another network."""
        return f"{self.security_group.removesuffix('-tasks')}-network-tasks"

    def network(self, part: str) -> str:
        """A part of the stack's own network, such as ``public-a``."""
        return f"{self.stack}-{part}"

    @property
    def dead_letters(self) -> str:
        return f"{self.stack}-dead-letters"

    @property
    def rules(self) -> str:
        """All of the stack's rules, as IAM's ArnLike reads it; others' whose stack begins with ours are among them."""
        return f"{self.stack}-*"

    @property
    def events_role(self) -> str:
        return _in_region(f"{self.stack}-events", self.region)

    @property
    def machine_log_group(self) -> str:
        # AWS: under this prefix delivery needs no entry of its own in the account's log resource policy.
        return f"/aws/vendedlogs/states/s3ecs/{self.stack}"

    def job(self, job: str) -> JobNames:
        """The names of one job."""
        return JobNames(self.stack, self.region, job)


def log_group_of(job: Job, names: StackNames) -> str:
    """The log group that a job's lines go to: the one that the spec names, or the job's own."""
    return job.log_group or names.job(job.name).log_group


@dataclass(frozen=True)
class JobNames:
    """The names of what serves one job."""

    stack: str
    region: str
    job: str

    @property
    def rule(self) -> str:
        return fitted(f"{self.stack}-{self.job}", 64)

    @property
    def machine(self) -> str:
        return fitted(f"{self.stack}-{self.job}", 80)

    @property
    def family(self) -> str:
        """The same as the machine's, so that a machine's tasks are found by its name."""
        return self.machine

    @property
    def log_group(self) -> str:
        return f"/s3ecs/{self.stack}/{self.job}"

    def repository(self, sidecar: str | None = None) -> str:
        """The repository of the job's image, or of that of one of its sidecars.

        AWS: no two hyphens stand together in one; such a name is shortened as those are that do not fit.
        """
        name = "/".join([self.stack, self.job, *([sidecar] if sidecar else [])])
        return name if "--" not in name else f"{re.sub('--+', '-', name)}-{_digest(name)}"

    def role(self, purpose: str) -> str:
        """The role for ``purpose``: task, execution or machine."""
        return _in_region(f"{self.stack}-{self.job}-{purpose}", self.region)
