"""One container on this machine, with what one key would give it. Imported by commands' bodies only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from s3ecs.errors import UsageError
from s3ecs.image.build import PLATFORMS
from s3ecs.local import control
from s3ecs.report.text import visible
from s3ecs.runs.upload import choose, only
from s3ecs.runs.words import values
from s3ecs.spec.image import build_of
from s3ecs.stack.images import image_of

if TYPE_CHECKING:
    from s3ecs.cli.work import Work
    from s3ecs.spec.model import Job


def run_here(work: Work, key: str, wanted: str | None) -> int:
    """Run the container of the job that takes ``key``, and return its exit code.

    Values of credentials and secrets are in the CLI's environment, of which its argv names the variables alone.
    """
    upload = choose(work.spec, None, key, wanted)
    if not upload.jobs:
        raise UsageError(
            f"no job takes {key!r}: {visible('; '.join(upload.refusals))}",
            hint="choose another key, or name the job that is meant: --job NAME",
        )
    job = only(upload.jobs)
    cli = work.making.cli()
    words = {word for each in (*job.command, *job.environment.values()) for word in each.words}
    given = values(work.aws, work.bucket, key, words)
    own = {name: template.filled(given) for name, template in sorted(job.environment.items())}
    aws = _account(work)
    passed = {name: value for name, value in {**os.environ, **aws}.items() if name.startswith("AWS_")}
    secrets = [name for name in job.secrets if name in os.environ]
    for name in sorted(job.secrets.keys() - set(secrets)):
        work.talk.say(f"{name} is not set: only ECS reads where it is kept; export it here to hand it through")
    variables = [f"{name}={value}" for name, value in own.items()]
    variables += [name for name in (*passed, *secrets) if name not in own]
    image = _image(work, job)
    options = ["--rm", "--platform", PLATFORMS[job.architecture]]
    if work.home and sys.platform == "linux":
        options.append("--network=host")  # the embedded AWS listens on this machine alone
    options += [word for variable in variables for word in ("--env", variable)]
    return cli.attached("run", *options, image, *(each.filled(given) for each in job.command), environment=aws)


def _image(work: Work, job: Job) -> str:
    source = build_of(job.image, work.spec.folder)
    if source is None:
        return image_of(job, work.spec.folder, work.aws.environment)
    return work.making(source, job.architecture).make()


def _account(work: Work) -> dict[str, str]:
    """What leads to the embedded AWS; nothing where the account is the one that the environment names."""
    server = control.find(work.home) if work.home else None
    region = {"AWS_REGION": work.aws.environment.region}
    if server is None:
        return region
    return region | {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
    }
