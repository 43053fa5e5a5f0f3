"""A container that ``--local`` runs, beside the same ``run`` typed by hand."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import boto3

from benchmarks.children import S3ECS, run
from benchmarks.table import Figure, at_most
from s3ecs.errors import UsageError
from s3ecs.image.cli import ContainerCli
from s3ecs.local import control
from s3ecs.local.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUNDS = 15
DOCKERFILE = 'FROM scratch\nCOPY busybox /bin/busybox\nENTRYPOINT ["/bin/busybox", "true"]\n'
JOB = {"image": "./program", "command": ["{key}"]}
SPEC = {"name": "bench", "bucket": "bench-uploads", "jobs": {"run": JOB}}


def figures(folder: Path) -> Iterator[Figure]:
    """Its ratio, or why there is none: an engine and a static busybox are needed."""
    what = "a container's run, over the same by hand"
    busybox = shutil.which("busybox")
    try:
        cli = ContainerCli.find()
    except UsageError:
        cli = None
    if cli is None or busybox is None:
        yield Figure(what, "not measured: no container engine works here, or there is no static busybox")
        return
    (folder / "program").mkdir()
    shutil.copy(busybox, folder / "program")
    (folder / "program" / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (folder / "s3ecs.yaml").write_text(json.dumps(SPEC), encoding="utf-8")
    home = Home(folder / "contained")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "S3ECS_LOCAL"))}
    environ = kept | {"S3ECS_LOCAL_DIR": str(home.folder), "S3ECS_LOCAL_RUNNER": "container"}
    run((*S3ECS, "--local", "-f", str(folder / "s3ecs.yaml"), "up", "--yes"), environ)
    try:
        yield _ratio(what, home, cli)
    except subprocess.CalledProcessError as error:
        yield Figure(
            what, f"not measured: {cli.name} runs nothing here ({error.stderr.decode(errors='replace').strip()})"
        )
    finally:
        control.stop(home)


def _ratio(what: str, home: Home, cli: ContainerCli) -> Figure:
    """Both take turns; of a task's own times, from before the CLI is started to the exit code noted."""
    server = control.find(home)
    if server is None:
        raise RuntimeError("the embedded AWS is not there")
    keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
    where: dict[str, Any] = {"region_name": "us-east-1", "endpoint_url": server.endpoint, **keys}
    s3, ecs = (boto3.client(service, **where) for service in ("s3", "ecs"))
    ours, by_hand = [], []
    image = ""
    for at in range(ROUNDS):
        s3.put_object(Bucket="bench-uploads", Key=f"{at}", Body=b"x")
        task = _stopped(ecs, at + 1)
        ours.append((task["executionStoppedAt"] - task["pullStoppedAt"]).total_seconds())
        image = task["containers"][0]["imageDigest"]
        begin = time.perf_counter()
        subprocess.run([cli.path, "run", "--rm", "--network=host", image, f"{at}"], check=True, capture_output=True)
        by_hand.append(time.perf_counter() - begin)
    subprocess.run([cli.path, "rmi", "--force", image], check=True, capture_output=True)
    middle, least = sorted(ours)[ROUNDS // 2], sorted(by_hand)[ROUNDS // 2]
    said = f"{middle * 1000:.0f} over {least * 1000:.0f} ms, medians of {ROUNDS}, {cli.name}"
    return at_most(what, middle / least, 1.5, said=said)


def _stopped(ecs: Any, count: int) -> dict[str, Any]:
    """The task that stopped last, once so many have."""
    while len(arns := ecs.list_tasks(cluster="bench", desiredStatus="STOPPED")["taskArns"]) < count:
        time.sleep(0.01)
    tasks = ecs.describe_tasks(cluster="bench", tasks=arns)["tasks"]
    while any(task["lastStatus"] != "STOPPED" for task in tasks):
        time.sleep(0.01)
        tasks = ecs.describe_tasks(cluster="bench", tasks=arns)["tasks"]
    last: dict[str, Any] = max(tasks, key=lambda task: task["createdAt"])
    return last
