"""The command as a user types it: a process of its own, in a folder of its own, that knows nothing of this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forked import PATIENCE, typed

COMMAND = (sys.executable, "-m", "s3ecs")
GOES_ON = re.compile(r"^  .+(, \d+ \w+ so far|, at most \d+ \w+ more).*\n", re.MULTILINE)
"""What is said only because something takes its time: on a busy machine anything may."""
READS = ("Get", "List", "Describe", "Head", "BatchGet")

PROGRAM = "import json, os, sys; print(json.dumps(sys.argv[1:])); sys.exit(int(os.environ.get('CODE', '0')))"
"""What the specs below run: it prints its arguments as JSON and ends with CODE."""

JOB = {
    "image": "public.ecr.aws/docker/library/busybox:1",
    "command": ["{key}"],
    "local": [sys.executable, "-c", PROGRAM],
}


@dataclass(frozen=True)
class Ran:
    """How a command ended, what it reported and what it said besides."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it reported, as one JSON value."""
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it reported, one JSON object a line, but for what goes on for long."""
        return [each for each in map(json.loads, self.out.splitlines()) if each.get("event") != "waiting"]

    @property
    def errors(self) -> list[str]:
        """Its lines ``error: ...`` without that word."""
        return [line.removeprefix("error: ") for line in self.err.splitlines() if line.startswith("error: ")]

    @property
    def hint(self) -> str:
        """Its one line ``hint: ...`` without that word."""
        (hint,) = (line for line in self.err.splitlines() if line.startswith("hint: "))
        return hint.removeprefix("hint: ")


@dataclass(frozen=True)
class Terminal:
    """Where commands are typed: ``folder`` is where one stands, ``env`` what is exported there."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Everything that a command sees; nothing of AWS that is not said here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3ECS_"))}
        nowhere = str(self.folder / "nowhere")
        alone = {
            "HOME": str(self.folder),
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
            "S3ECS_SETTLE_SECONDS": "0",
            "S3ECS_LOCAL_RUNNER": "process",
        }
        return kept | alone | self.env | more

    def __call__(self, *arguments: str, **more: str) -> Ran:
        """Type ``s3ecs`` and these arguments; nobody is there to answer a question."""
        with tempfile.TemporaryDirectory() as place:
            forked = typed(arguments, folder=self.folder, env=self.environment(**more), place=Path(place))
            return _fit(Ran(forked.wait(), forked.out, GOES_ON.sub("", forked.err)))

    def started(self, *arguments: str, **more: str) -> Ran:
        """Type them likewise; the command starts from nothing, as one does that heeds what is said to Python itself."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return _fit(Ran(done.returncode, done.stdout.decode(), GOES_ON.sub("", done.stderr.decode())))

    def side_by_side(self, *typed: tuple[str, ...]) -> list[Ran]:
        """Type commands that do not disturb each other, two at a time."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda arguments: self(*arguments), typed))

    def traced(self, *arguments: str) -> tuple[Ran, list[str]]:
        """Type a command; also the calls, as ``service Operation``, with which it changed the account."""
        trace = self.folder / "trace"
        trace.unlink(missing_ok=True)
        ran = self(*arguments, S3ECS_TRACE=str(trace))
        calls = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
        assert calls
        return ran, [f"{each['service']} {each['operation']}" for each in calls if not _reads(each["operation"])]

    def spec(self, **keys: Any) -> Path:
        """Write ``s3ecs.yaml`` with these keys."""
        file = self.folder / "s3ecs.yaml"
        file.write_text(json.dumps(keys), encoding="utf-8")  # YAML takes JSON as it is
        return file

    def stack(self, name: str, *, jobs: dict[str, dict[str, Any]] | None = None, **keys: Any) -> Path:
        """Write the spec of a stack whose jobs, by default one for ``target/``, print their arguments."""
        given = jobs if jobs is not None else {"convert": {"prefix": "target/"}}
        filled = {job: JOB | settings for job, settings in given.items()}
        return self.spec(**{"name": name, "bucket": f"{name}-bucket", "jobs": filled} | keys)


def _fit(ran: Ran) -> Ran:
    assert "Traceback" not in ran.out + ran.err
    assert "this is a bug" not in ran.err, ran.err
    return ran


def _reads(operation: str) -> bool:
    return operation.startswith(READS)
