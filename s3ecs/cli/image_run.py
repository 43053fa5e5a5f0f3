"""One container on this machine, with what one key would give it. Imported by commands' bodies only."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from s3ecs.errors import UsageError
from s3ecs.image import docker_config
from s3ecs.image.build import PLATFORMS
from s3ecs.local import control
from s3ecs.local.pipeline.engine import Engine
from s3ecs.local.programs import Image
from s3ecs.report.text import visible
from s3ecs.runs.upload import choose, only
from s3ecs.runs.words import values
from s3ecs.spec.image import build_of
from s3ecs.stack.images import image_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.cli.work import Work
    from s3ecs.image.cli import ContainerCli
    from s3ecs.local.home import Home
    from s3ecs.spec.model import Job


FOUND: Final = re.compile(
    "AWS_((DEFAULT_)?PROFILE|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|CONFIG_FILE"
    "|SHARED_CREDENTIALS_FILE|WEB_IDENTITY_TOKEN_FILE|ROLE_|CONTAINER_|LOGIN_)"
)
"""Variables by which SDKs find credentials."""


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
    secrets = [name for name in job.secrets if name in os.environ]
    for name in sorted(job.secrets.keys() - set(secrets)):
        work.talk.say(f"{name} is not set: only ECS reads where it is kept; export it here to hand it through")
    variables = [f"{name}={value}" for name, value in own.items()]
    variables += [name for name in (*aws, *secrets) if name not in own]
    image = _image(work, job)
    command = [each.filled(given) for each in job.command]
    options = ["--rm", "--platform", PLATFORMS[job.architecture]]
    if work.home:
        options += _leading_back(cli, image, work.home, aws)
    options += [word for variable in variables for word in ("--env", variable)]
    with _without_proxies(cli) as (others, environment):
        options += others
        return cli.attached("run", *options, image, *command, environment=environment | aws)


@contextmanager
def _without_proxies(cli: ContainerCli) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Options and variables that keep the CLI from giving the container proxies that no task would have."""
    with TemporaryDirectory(prefix="s3ecs-docker-") as folder:
        options = ["--http-proxy=false"] if cli.name == "podman" else []
        yield options, docker_config.without_proxies(Path(folder)) if cli.name == "docker" else {}


def _leading_back(cli: ContainerCli, image: str, home: Home, aws: dict[str, str]) -> list[str]:
    """Options with which the container reaches the embedded AWS, where ``aws`` says after this that it is."""
    try:
        engine = Engine.of(Image(image, cli.path, cli.name), home)
    except OSError as error:
        raise UsageError(str(error), hint="see whether the container engine runs") from error
    if engine.host is None:
        return ["--network=host"]  # it listens on this machine alone
    if server := control.find(home):
        control.admit(server, engine.host)
        aws["AWS_ENDPOINT_URL"] = engine.reaching(server.endpoint)
    return []


def _image(work: Work, job: Job) -> str:
    source = build_of(job.image, work.spec.folder)
    if source is None:
        return image_of(job, work.spec.folder, work.aws.environment)
    return work.making(source, job.architecture).make()


def _account(work: Work) -> dict[str, str]:
    """What leads to the account with the credentials of this very command, and to where it is if it is embedded.

    What else the user has set for the SDKs goes along, but for what says where credentials are: no file and no server
    that it may name is in reach of the container.
    """
    server = control.find(work.home) if work.home else None
    users = {name: value for name, value in os.environ.items() if name.startswith("AWS_") and not FOUND.match(name)}
    endpoint = {"AWS_ENDPOINT_URL": server.endpoint} if server else {}
    return {**users, **work.aws.variables(), **endpoint}
