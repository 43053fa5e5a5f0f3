"""From a profile and a region, or the embedded AWS, to ``Aws``: the one place where a boto3 session is made."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import NoRegionError
from botocore.loaders import create_loader

from s3ecs import __version__
from s3ecs.aws import answers, lost, quota, trace
from s3ecs.aws.environment import Environment
from s3ecs.aws.faults import configured
from s3ecs.aws.session import CONNECTIONS, SERVICES, Aws, settle_seconds
from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REACHED_WITHIN = 10  # seconds; botocore: a network that swallows everything would be waited for a minute each time
LOCAL_REGION = "us-east-1"


def connect(
    *,
    region: str | None,
    profile: str | None = None,
    account: str | None = None,
    keys: Mapping[str, str] | None = None,
    endpoint: str | None = None,
    tell: Callable[[str, float], None],
    early: tuple[str, Callable[[Any], Any]] | None = None,
    ask: Callable[[str], str] | None = None,
) -> Aws:
    """Ask AWS who we are and make the clients meanwhile.

    ``early`` is a service and a question to its client that is asked at the same time; ``Aws.early`` is its answer.

    ``keys`` and ``endpoint`` are those of the embedded AWS; without them boto3 finds its own. ``account`` is the one
    that the spec names. ``ask`` is put the question for the code that a profile wants, and answers it. Raises
    UsageError for another account, botocore's errors for everything that it lacks.
    """
    core = botocore.session.get_session()
    with configured():
        session = boto3.Session(botocore_session=core, profile_name=profile, region_name=region, **(keys or {}))
        if ask is not None:
            _ask_for_a_code(core, ask)
    trace.listen(session.events)
    answers.listen(session.events)
    lost.listen(session.events)
    quota.listen(session.events)
    # AWS: some calls refill at one a second, such as registering task definitions. The standard mode fails once a
    # burst has used up its quota of retries; the adaptive one slows down to what the service takes.
    patient = _config("adaptive", 10)
    # The first call finds out whether AWS is there at all; its answer is awaited by a person.
    brisk = _config("standard", 3)

    def client(service: str, config: Config = patient) -> Any:
        return session.client(service, endpoint_url=endpoint, config=config)

    pool = ThreadPoolExecutor(2)
    try:
        with configured(), _uncollected():
            caller = pool.submit(client("sts", brisk).get_caller_identity)
            first = {early[0]: client(early[0])} if early is not None else {}
            answer = pool.submit(early[1], first[early[0]]) if early is not None else None
            # boto3: sessions are not thread-safe, clients are; so all are made here, one after the other.
            clients = first | {service: client(service) for service in SERVICES if service not in first}
            # boto3: who asks first for pages looks through a folder per service, and threads would each do so.
            clients["iam"].can_paginate("list_roles")
            identity = caller.result()
    finally:
        pool.shutdown(wait=False)  # where AWS is not there at all, the other question takes far longer to find out
    if account is not None and identity["Account"] != account:
        raise UsageError(
            f"this is account {identity['Account']}, the spec is for {account}",
            hint="choose the profile of that account with AWS_PROFILE, or mend account: in the spec",
        )
    partition = identity["Arn"].split(":")[1]
    environment = Environment(
        account=identity["Account"],
        region=session.region_name,
        partition=partition,
        dns_suffix=_dns_suffix(partition),
        local=endpoint is not None,
    )
    settle = settle_seconds(local=environment.local)
    return Aws(
        clients, environment, tell, settle=settle, more=client, early=answer, variables=partial(_variables, session)
    )


def _ask_for_a_code(core: Any, ask: Callable[[str], str]) -> None:
    """Take a role that wants a code of MFA before anything else: of two calls at once, only one would be asked.

    botocore: else it asks by itself, where nobody answers too.
    """
    if any("mfa_serial" in each for each in core.full_config["profiles"].values()):
        core.get_component("credential_provider").get_provider("assume-role")._prompter = ask  # noqa: SLF001 - the one way
        found = core.get_credentials()
        if found is not None:
            found.get_frozen_credentials()


def _variables(session: boto3.Session) -> dict[str, str]:
    """What a session has found, wherever that was, as the variables that every SDK reads first; they may run out."""
    found = session.get_credentials()
    # The SDK for Python knows one of the names of the region, most others know the other.
    told = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), session.region_name)
    if found is not None:
        keys = found.get_frozen_credentials()
        names = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
        told |= names | {"AWS_SESSION_TOKEN": keys.token}
    return {name: value for name, value in told.items() if value}


def unconnected(*, account: str, region: str | None, profile: str | None) -> Environment:
    """An account that is told, in a region that is told or the profile's; nothing is asked of AWS.

    Raises botocore's errors for a region that is not set or not known.
    """
    session = boto3.Session(profile_name=profile, region_name=region)
    if session.region_name is None:
        raise NoRegionError
    partition = session.get_partition_for_region(session.region_name)
    return Environment(account, session.region_name, partition, _dns_suffix(partition))


def _config(mode: str, attempts: int) -> Config:
    return Config(
        retries={"mode": mode, "max_attempts": attempts},
        max_pool_connections=CONNECTIONS,
        connect_timeout=REACHED_WITHIN,
        user_agent_extra=f"s3ecs/{__version__}",
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection, and what is there at the end is never looked at again.

    Python: the SDK's models are so many objects, all of which stay, that walking through them at each collection was a
    quarter of what a command cost.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    if not gc.get_freeze_count():  # once in a process: what is frozen is never given back
        gc.freeze()


def _dns_suffix(partition: str) -> str:
    """What host names of a partition end with: ``amazonaws.com``, ``amazonaws.com.cn``, ..."""
    known = create_loader().load_data("partitions")["partitions"]
    return str(next(each["outputs"]["dnsSuffix"] for each in known if each["id"] == partition))
