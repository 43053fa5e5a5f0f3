"""The spec as plain values: what the user wrote, decoded, with the defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from s3ecs.spec.words import Template

HOUR = 3600


@dataclass(frozen=True)
class Bucket:
    """Where the files land. ``name`` still holds ``${account}`` and ``${region}``; an ``existing`` one is not made.

    ``kms_key`` is a KMS key's ARN, id or alias; without one S3 encrypts with keys of its own. Of an ``existing`` bucket
    it says which key tasks use.
    """

    name: str
    existing: bool = False
    versioning: bool = False
    kms_key: str | None = None


@dataclass(frozen=True)
class Tagged:
    """Whatever carries all of these tags."""

    tag: Mapping[str, str]


@dataclass(frozen=True)
class ManagedNetwork:
    """A VPC of the stack's own. ``nat_gateways`` of 0 has the tasks in public subnets, with addresses of their own."""

    cidr: str = "10.42.0.0/16"
    nat_gateways: int = 1


@dataclass(frozen=True)
class Network:
    """Where tasks run. Without ``vpc`` and ``subnets``: the default VPC's subnets, with a public IP and never a NAT.

    With ``managed`` nothing else is said, and the stack has a network of its own.
    """

    subnets: tuple[str, ...] | Tagged = ()
    security_groups: tuple[str, ...] | Tagged = ()
    public_ip: bool = True
    vpc: str | Tagged | None = None
    managed: ManagedNetwork | None = None


@dataclass(frozen=True)
class Cluster:
    """Where tasks run; without ``existing`` in a cluster of the stack's own."""

    existing: str | None = None


@dataclass(frozen=True)
class Secret:
    """Where a variable's value is kept: an SSM parameter, or a secret of Secrets Manager and maybe a JSON key in it.

    Both are a name or an ARN, and exactly one of them is there.
    """

    parameter: str | None = None
    secret: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Build:
    """What an image is built from: ``folder`` is all that the build sees, and ``dockerfile`` is looked for in it.

    ``args`` are the Dockerfile's ARG values: they end up in the image and in plans, so they are no place for secrets.
    """

    folder: Path = field(metadata={"key": "build"})
    dockerfile: str = "Dockerfile"
    target: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sidecar:
    """One entry of a job's ``sidecars``: a container beside the worker. Its units are those of the job.

    ``cpu`` and ``memory`` are taken from the job's; None leaves it to share what nobody has reserved. Where it is
    ``essential``, its end is the task's.
    """

    name: str
    image: str | Build
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    essential: bool = False
    cpu: int | None = None
    memory: int | None = None
    local: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One entry of ``jobs:``: which objects, and what runs for each of them.

    ``timeout`` and ``queue_for`` are seconds, ``cpu`` is in 1/1024 vCPU, ``memory`` in MiB, ``ephemeral_storage`` in
    GiB, sizes are bytes. ``log_group`` is None for the job's own.
    An object is taken whose key begins with one of ``prefix`` and ends with one of ``suffix``, none meaning any, and
    fits none of the wildcards in ``exclude``; ``events`` are the reasons that S3 gives. ``pattern`` says instead what
    an event's detail has to be like, in EventBridge's own words.
    ``image`` is kept as written; ``spec.image.build_of`` tells a folder from a repository or URI. ``policy`` holds
    statements in IAM's shape: Effect is always there, Action, Resource and a Condition's values are lists, and
    ``${account}`` and ``${region}`` still stand in Resource.
    ``task_role`` and ``execution_role`` are names or ARNs of roles that are there, None for roles of the stack's own.
    ``local`` is the argv that stands in for the image's entrypoint; ``command`` follows it.
    """

    name: str
    image: str | Build
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    min_size: int = 1
    max_size: int | None = None
    events: tuple[str, ...] = ()
    pattern: Mapping[str, Any] | None = None
    cpu: int = 512
    memory: int = 1024
    architecture: str = "x86_64"
    command: tuple[Template, ...] = ()
    environment: Mapping[str, Template] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    sidecars: tuple[Sidecar, ...] = ()
    spot: bool = False
    ephemeral_storage: int = 20
    hardened: bool = False
    timeout: int = HOUR
    retries: int = 0
    queue_for: int = 24 * HOUR
    overlap: bool = False
    policy: tuple[Mapping[str, Any], ...] = ()
    task_role: str | None = None
    execution_role: str | None = None
    log_group: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    local: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spec:
    """One stack; relative paths start at ``folder``.

    ``permissions_boundary`` is the ARN of a policy or the name of one of the account's; ``path`` is that of the roles,
    None for one of the stack's own. ``log_kms_key`` is a KMS key's ARN, id or alias; without one CloudWatch Logs
    encrypts with keys of its own. ``keep_images`` is how many images each repository of the stack's own keeps besides
    those in use.
    """

    name: str
    bucket: Bucket
    jobs: tuple[Job, ...]
    folder: Path
    account: str | None = None
    region: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    cluster: Cluster = field(default_factory=Cluster)
    network: Network = field(default_factory=Network)
    permissions_boundary: str | None = None
    path: str | None = None
    trust_conditions: bool = True
    termination_protection: bool = False
    log_retention_days: int = 30
    log_kms_key: str | None = None
    keep_images: int = 5
