"""The embedded AWS as a command finds it: running, and with everything that it kept before it last ended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.errors import Interrupted, LocalError, S3ecsError
from s3ecs.local import control
from s3ecs.local.home import locked
from s3ecs.local.keeping import stacks
from s3ecs.report.text import count

if TYPE_CHECKING:
    from s3ecs.local.control import Server
    from s3ecs.local.home import Home
    from s3ecs.local.keeping.stacks import Applied
    from s3ecs.report.talk import Talk

HERE = "127.0.0.1"
AGAIN = "run the command again; it goes on from what is there"


def serve(home: Home, talk: Talk) -> Server:
    """The server, started and brought back where that has to be done; waits for another command that does it.

    Raises LocalError where it cannot run, or ends meanwhile.
    """
    forget_the_users_aws()
    if control.find(home) is None:
        talk.say("starting the embedded AWS")
    server = control.start(home, waiting=lambda: talk.say("waiting for another command that starts it"))
    try:
        if not control.is_back(server):
            with locked(home.revival, lambda: talk.say("waiting for another command that brings back what it kept")):
                if not control.is_back(server):
                    _bring_back(home, server, talk)
    except (OSError, ValueError) as error:
        raise LocalError("the embedded AWS ended while it was coming back", hint=AGAIN) from error
    return server


def forget_the_users_aws() -> None:
    """Neither a profile, an endpoint nor a proxy of the user's has a say in what goes to this machine itself."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if spared != "*" and HERE not in spared.split(","):  # what the user spares, such as a registry, stays spared
        os.environ |= dict.fromkeys(("NO_PROXY", "no_proxy"), f"{spared},{HERE}".lstrip(","))


def _bring_back(home: Home, server: Server, talk: Talk) -> None:
    """Apply every kept stack again; one that cannot be is named, and the rest comes back."""
    applied, missing = stacks.load(home), 0
    talk.say(f"bringing back {count(len(applied), 'stack')}")
    for each in applied:
        try:
            _apply(each, server, talk)
        except Interrupted:
            raise
        except S3ecsError as error:
            missing += 1
            first, *_ = str(error).splitlines()
            talk.insist(f"{each.name} does not come back, what it held is kept: {first}")
    control.finish_coming_back(server, whole=not missing)


def _apply(applied: Applied, server: Server, talk: Talk) -> None:
    """What ``up`` does, without a word."""
    from s3ecs.aws.connect import connect
    from s3ecs.aws.faults import is_of_the_sdk, told
    from s3ecs.engine.apply import Outcome, apply
    from s3ecs.engine.observe import observe
    from s3ecs.engine.plan import plan
    from s3ecs.spec.loading import load_bytes
    from s3ecs.stack.build import build

    spec = load_bytes(applied.text.encode(), file=applied.file, folder=Path(applied.folder))
    keys = {"aws_access_key_id": server.revival_key, "aws_secret_access_key": server.secret_key}
    try:
        aws = connect(region=applied.region, keys=keys, endpoint=server.endpoint, tell=talk.waiting)
        stack = build(spec, aws.environment)
        results = apply(plan(stack, observe(stack, aws.fresh())), aws, lambda _: None, aws.stop)
    except Exception as error:
        if is_of_the_sdk(error):
            raise told(error) from error
        raise
    if results.interrupted:
        raise Interrupted("interrupted while the embedded AWS was coming back", hint=AGAIN)
    for result in results.of(Outcome.FAILED):
        if result.error is not None:
            raise told(result.error)
