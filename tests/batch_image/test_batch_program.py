"""The sample batch program, run as the process that it is."""

from __future__ import annotations

import importlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "batch_image"
PROGRAM = FOLDER / "main.py"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program with this environment and no other."""
    program = [sys.executable, "-S", str(PROGRAM), *arguments]  # -S: without any installed package
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False, timeout=60)


class Bucket(BaseHTTPRequestHandler):
    """The bucket ``b``: ``target/a.csv`` is in it, ``slow`` never comes, and nothing else is there."""

    asked: ClassVar[queue.SimpleQueue[tuple[str, str]]] = queue.SimpleQueue()

    def do_GET(self) -> None:
        self.asked.put((self.path, self.headers["Authorization"]))
        if self.path == "/b/slow":
            self.rfile.read(1)
            return
        found = self.path == "/b/target/a%2Bb%20%C3%A9.csv"
        body = b"one\ntwo\nthree" if found else b"gone"
        self.send_response(200 if found else 404, None if found else "No \x1b[31m such key")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """What the program's environment has to say to read from it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        keys = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "secret"}
        yield {"ENV": "dev", "BUCKET": "b", "AWS_ENDPOINT_URL": endpoint, **keys}
        server.shutdown()


def test_arguments_env_and_names_of_other_variables_are_printed() -> None:
    done = run("--flag", "target/a b+c%20'd.csv", ENV="dev", ZED="secret-1", ALPHA="secret-2")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "argument 1: '--flag'"
    assert lines[1] == """argument 2: "target/a b+c%20'd.csv\""""
    assert lines[2] == "ENV: 'dev'"
    names = lines[3].removeprefix("other variables: ").split()
    assert names == sorted(names)
    assert {"ALPHA", "ZED"} <= set(names)
    assert "ENV" not in names
    assert "secret" not in done.stdout + done.stderr


def test_no_argument_is_an_error() -> None:
    done = run(ENV="dev")
    assert (done.returncode, done.stderr) == (2, "error: no argument: the key of an object is needed\n")


def test_no_env_is_an_error() -> None:
    done = run("target/a.csv")
    assert (done.returncode, done.stderr) == (2, "error: the variable ENV is not set\n")
    assert run("target/a.csv", ENV="").returncode == 0


def test_no_key_can_move_the_cursor() -> None:
    done = run("a\x1b[31m\nb\u202e日本", ENV="\x07")
    assert done.returncode == 0
    assert re.fullmatch(r"[\x20-\x7e\n]*", done.stdout)
    assert done.stdout.splitlines()[0] == r"argument 1: 'a\x1b[31m\nb\u202e\u65e5\u672c'"


def test_bytes_that_are_no_text_are_printed_as_escapes() -> None:
    program = [sys.executable.encode(), b"-S", str(PROGRAM).encode(), b"\xff"]
    done = subprocess.run(program, env={"ENV": "dev"}, capture_output=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, rb"argument 1: '\udcff'")


def test_without_a_bucket_nothing_is_read() -> None:
    assert "object: not read, the variable BUCKET is not set" in run("k", ENV="dev").stdout


def test_the_object_is_read_and_counted(bucket: dict[str, str]) -> None:
    done = run("--x", "target/a+b é.csv", **bucket, LC_ALL="C.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "object: 13 bytes, 3 lines"


def test_an_object_that_cannot_be_read_fails_the_program_in_one_line(bucket: dict[str, str]) -> None:
    done = run("gone", **bucket)
    assert done.returncode == 1
    assert done.stderr == "error: cannot read 'gone' from 'b': HTTPError: 'HTTP Error 404: No \\x1b[31m such key'\n"


def test_without_credentials_nothing_can_be_read() -> None:
    done = run("k", ENV="dev", BUCKET="b")
    assert done.stderr == "error: cannot read 'k' from 'b': OSError: 'there are no credentials of AWS here'\n"


@pytest.mark.parametrize("token", ["", "the-token"])
@pytest.mark.parametrize("key", ["target/a.csv", "a b+c%20'd/é//../日本~_-.csv", "-", "\n"])
def test_a_request_is_signed_as_the_sdk_signs_it(key: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FOLDER)
    s3 = importlib.import_module("s3")
    now, path = datetime.now(UTC), f"/b/{quote(key)}"
    ours = s3.signed("127.0.0.1:9", path, "eu-central-1", s3.Keys("AKIAX", "secret", token), now)
    theirs = AWSRequest("GET", f"http://127.0.0.1:9{path}", headers={"X-Amz-Content-SHA256": s3.EMPTY})
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: now)
    S3SigV4Auth(Credentials("AKIAX", "secret", token or None), "s3", "eu-central-1").add_auth(theirs)
    assert ours["Authorization"] == theirs.headers["Authorization"]


def test_sigterm_ends_it_as_a_container_would(bucket: dict[str, str]) -> None:
    program = [sys.executable, "-S", str(PROGRAM), "slow"]
    with subprocess.Popen(program, env=bucket, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        while Bucket.asked.get(timeout=30)[0] != "/b/slow":
            pass
        os.kill(process.pid, signal.SIGTERM)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (143, "error: stopped by SIGTERM\n")


def test_the_program_imports_nothing_of_s3ecs() -> None:
    for file in FOLDER.glob("*.py"):
        assert not re.search(r"^\s*(from|import) s3ecs", file.read_text(encoding="utf-8"), re.MULTILINE)
