"""The parts put together: moto's application, our pipeline and gaps in it, the guard around it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from moto.core.config import default_user_config
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from s3ecs.local import dispatch, gaps, light
from s3ecs.local.backends import ACCOUNT
from s3ecs.local.guard import Guard, Hosts
from s3ecs.local.keeping import inventory, stacks
from s3ecs.local.keeping.changes import Changes
from s3ecs.local.keeping.journal import Journal
from s3ecs.local.keeping.revival import Revival
from s3ecs.local.keeping.runs import Runs
from s3ecs.local.keeping.store import Store
from s3ecs.local.pipeline import (
    delivery,
    ecs_api,
    executions,
    interpreter,
    language,
    object_events,
    run_task_state,
    status_events,
)
from s3ecs.local.pipeline.role_sessions import RoleSessions
from s3ecs.local.pipeline.run_task import Launcher
from s3ecs.local.pipeline.runner import Runner
from s3ecs.local.pipeline.starter import Starter

if TYPE_CHECKING:
    from s3ecs.local.home import Home

__all__ = ["ACCOUNT", "assemble"]


class _QuietHandler(MotoRequestHandler):  # type: ignore[misc]
    """One line per request would fill the log."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


def assemble(home: Home, key: str, secret: str, port: int, limit: int) -> tuple[BaseWSGIServer, Runner]:
    """A listening server that does not serve yet, and the runner of its tasks."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_QuietHandler)
    os.environ["MOTO_PORT"] = str(server.port)  # where the interpreter's other states call
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    endpoint = f"http://127.0.0.1:{server.port}"
    store, journal = Store(inventory.buckets_of(home)), Journal(inventory.journal_of(home))
    changes, runs = Changes(store, journal), Runs(journal)
    hosts, sessions = Hosts(server.port), RoleSessions()
    runner = Runner(limit, Starter(home, endpoint, sessions, runs, hosts.admit), runs)
    launcher = Launcher(home, runner, status_events.task_changed)
    dispatch.install()
    light.find_accounts()
    keep, send = object_events.install(home, changes)
    delivery.install()
    interpreter.install(endpoint, key, secret)
    sessions.install()
    language.install()
    executions.install(home, status_events.execution_changed, runs)
    runs.install()
    run_task_state.install(launcher, runner)
    ecs_api.install(launcher, runner)
    gaps.install()
    revival = Revival(store, journal, changes, runs)
    revival.put_objects_back()

    def finish(*, whole: bool) -> None:
        revival.finish(send, whole=whole)

    if not stacks.load(home):
        finish(whole=True)
    server.app = Guard(application, hosts=hosts, key=key, sessions=sessions, after=keep, revival=revival, finish=finish)
    return server, runner
