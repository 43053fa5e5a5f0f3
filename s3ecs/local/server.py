"""The server process of the embedded AWS: ``python -m s3ecs.local.server FOLDER``.

It listens on 127.0.0.1 at a free port (``S3ECS_LOCAL_PORT`` fixes one), runs ``S3ECS_LOCAL_TASKS`` tasks at once (one
per CPU unless set), tells where it is through the folder's server.json and ends on SIGTERM with every task's processes.
"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3ecs.errors import LocalError
from s3ecs.local import leftovers
from s3ecs.local.control import Server
from s3ecs.local.home import Home

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from s3ecs.local.pipeline.runner import Runner


def main() -> int:
    """Serve until SIGTERM; an error that ``control`` passes on is two lines on stderr."""
    home = Home(Path(sys.argv[1])).make()
    os.chdir(home.folder)  # keep no folder of the user's busy
    gc.disable()  # while moto is imported, nothing of which is ever garbage: to look takes a sixth of the start
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # an error that a state catches is no error of ours, and moto tells each at length with every value in it
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    try:
        _settle_moto()
        from s3ecs.local import light, seams  # noqa: PLC0415  (with the settings in place)

        seams.check_version()
        light.install()
        seams.check()
        leftovers.end(home)
        _serve(home)
    except LocalError as error:
        sys.stderr.write(f"error: {error}\nhint: {error.hint}\n")
        return error.exit_code
    return 0


def _settle_moto() -> None:
    """What moto reads from the environment while it is imported."""
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # AmazonECSTaskExecutionRolePolicy is one
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    os.environ["S3_IGNORE_SUBDOMAIN_BUCKETNAME"] = "true"


def _serve(home: Home) -> None:
    from s3ecs.local import assembly  # noqa: PLC0415  (imports moto, which takes seconds)

    gc.freeze()
    gc.enable()
    key, secret = f"AKIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30)
    port = int(os.environ.get("S3ECS_LOCAL_PORT", "0"))
    http, runner = assembly.assemble(home, key, secret, port, _limit())
    server = Server(f"http://127.0.0.1:{http.port}", key, secret, assembly.ACCOUNT, os.getpid())
    signal.signal(signal.SIGTERM, _end)
    try:
        server.write(home)
        http.serve_forever()
    except SystemExit:
        pass  # asked to end
    finally:
        _close(home, http, runner)
    logging.shutdown()
    os._exit(0)  # nothing is left to save, and thousands of waiting executions would take seconds to unwind


def _limit() -> int:
    return max(1, int(os.environ.get("S3ECS_LOCAL_TASKS") or os.cpu_count() or 1))


def _end(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(0)


def _close(home: Home, http: BaseWSGIServer, runner: Runner) -> None:
    home.server.unlink(missing_ok=True)
    http.server_close()
    runner.close()


if __name__ == "__main__":
    sys.exit(main())
