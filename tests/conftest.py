"""The embedded AWS for tests: one server for the whole session."""

from __future__ import annotations

import functools
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3ecs.local import control
from s3ecs.local.home import Home
from s3ecs.resources.objects import delete_all
from tests.connected import connected

from .engines import engine
from .engines.docker import docker, docker_folder
from .engines.podman import podman
from .sdk import FOUND_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.local.control import Server

__all__ = ["docker", "docker_folder", "engine", "podman"]

REGION = "eu-central-1"


def pytest_configure() -> None:
    """Who runs in the background may ignore Ctrl-C, and would have all that it starts ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """The SDK reads its models once for all sessions of this process: that is nine tenths of what a session costs."""
    with pytest.MonkeyPatch.context() as patch:
        for found in FOUND_ONCE:
            patch.setattr(*found)
        yield


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The folder of the session's embedded AWS, which ``S3ECS_LOCAL_DIR`` names meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S3ECS_LOCAL_DIR", str(tmp_path_factory.mktemp("local")))
        patch.setenv("S3ECS_LOCAL_RUNNER", "process")  # fast, and on every machine the same
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        # The samples' programs are started by the name python3: by the one that runs the tests.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield Home.default()


@pytest.fixture(scope="session")
def server(home: Home) -> Iterator[Server]:
    """The session's embedded AWS."""
    yield control.start(home)
    control.stop(home)


@pytest.fixture(scope="module")
def embedded(server: Server) -> Iterator[Server]:
    """The embedded AWS, without the buckets of other files: a bucket's name is one for all regions."""
    yield server
    _without_buckets(server)


@pytest.fixture(scope="module")
def clients(embedded: Server) -> Callable[..., Any]:
    """boto3 clients of the embedded AWS: ``clients("s3")``, ``clients("ecs", region="us-east-1")``."""
    return clients_of(embedded)


def _without_buckets(server: Server) -> None:
    aws = connected(server, REGION)
    for each in aws.s3.list_buckets()["Buckets"]:
        delete_all(aws, each["Name"])
        aws.s3.delete_bucket(Bucket=each["Name"])


@functools.cache
def clients_of(server: Server) -> Callable[..., Any]:
    """Makes boto3 clients of an embedded AWS, each once: a client takes longer to make than most calls to answer."""

    @functools.cache
    def client(service: str, region: str = REGION) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=server.endpoint,
            aws_access_key_id=server.access_key,
            aws_secret_access_key=server.secret_key,
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False),
        )

    return client
