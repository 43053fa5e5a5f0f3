"""The containers of a job's task: the worker first, its sidecars behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.resources.task_definition import CONTAINER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from s3ecs.aws.environment import Environment
    from s3ecs.resources.image import Image
    from s3ecs.resources.secret import Source
    from s3ecs.spec.model import Job, Secret, Sidecar
    from s3ecs.stack.sources import Sources


def containers(
    job: Job, environment: Environment, log_group: str, sources: Sources, image: Callable[[Job | Sidecar], str | Image]
) -> tuple[dict[str, Any], ...]:
    """The containers as ECS has them, but for environment and secrets, which map a variable to what it holds.

    ``image`` says what each runs; one that is an Image is pinned to the digest that it has by then.

    A variable or command with words in it is not here: it differs from run to run, and is an override.
    """
    log = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": log_group,
            "awslogs-region": environment.region,
            "awslogs-stream-prefix": job.name,
        },
    }
    fixed = {key: template.literal for key, template in job.environment.items() if template.literal is not None}
    worker = {
        "name": CONTAINER,
        "image": image(job),
        "essential": True,
        "environment": dict(sorted(fixed.items())),
        "secrets": _values(job.secrets, sources),
        **(_hardened(job.memory) if job.hardened else {}),
        "logConfiguration": log,
    }
    sidecars = (
        {
            "name": each.name,
            "image": image(each),
            "essential": each.essential,
            **({"command": list(each.command)} if each.command else {}),
            **({"cpu": each.cpu} if each.cpu else {}),
            **({"memory": each.memory} if each.memory else {}),
            "environment": dict(sorted(each.environment.items())),
            "secrets": _values(each.secrets, sources),
            **(_hardened(each.memory or job.memory) if job.hardened else {}),
            "logConfiguration": log,
        }
        for each in job.sidecars
    )
    return (worker, *sidecars)


def _values(secrets: Mapping[str, Secret], sources: Sources) -> dict[str, tuple[Source, str | None]]:
    return {name: (sources.of(secret), secret.key) for name, secret in sorted(secrets.items())}


def _hardened(memory: int) -> dict[str, Any]:
    """Nothing to write to but ``/tmp``, and no capability of the kernel's.

    ``/tmp`` is in memory and anybody's, whichever user the image has. AWS: a volume on the task's disk belongs to root;
    only an image made for it, or a second container that runs as root first, would let another user write there.
    """
    scratch = {"containerPath": "/tmp", "size": memory // 2, "mountOptions": ["mode=1777", "nodev", "nosuid"]}  # noqa: S108
    return {
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True, "tmpfs": [scratch]},
    }
