"""The sample batch program, run as the process that it is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "batch_image"
PROGRAM = FOLDER / "main.py"


def run(*arguments: str, path: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program with this environment and no other; ``path`` holds modules for it to import."""
    if path:
        environment["PYTHONPATH"] = str(path)
    program = [sys.executable, "-S", str(PROGRAM), *arguments]  # -S: no installed package, so no boto3
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def boto3(tmp_path: Path) -> Path:
    """A stand-in with the two calls that the program makes."""
    code = """
        class Body:
            def iter_chunks(self, size):
                yield b"one\\ntwo\\nth"
                yield b""
                yield b"ree"

        class Client:
            def get_object(self, Bucket, Key):
                if Key != "target/a.csv":
                    raise LookupError(f"NoSuchKey {Bucket}\\x1b[31m")
                return {"Body": Body()}

        def client(service):
            return Client()
    """
    (tmp_path / "boto3.py").write_text(textwrap.dedent(code), encoding="utf-8")
    return tmp_path


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


def test_without_boto3_or_bucket_nothing_is_read(boto3: Path) -> None:
    assert "object: not read, boto3 is not installed" in run("k", ENV="dev", BUCKET="b").stdout
    assert "object: not read, the variable BUCKET is not set" in run("k", ENV="dev", path=boto3).stdout


def test_the_object_is_read_and_counted(boto3: Path) -> None:
    done = run("--x", "target/a.csv", ENV="dev", BUCKET="b", path=boto3)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "object: 13 bytes, 3 lines"


def test_an_object_that_cannot_be_read_fails_the_program_in_one_line(boto3: Path) -> None:
    done = run("gone", ENV="dev", BUCKET="b", path=boto3)
    assert done.returncode == 1
    assert done.stderr == "error: cannot read 'gone' from 'b': LookupError: 'NoSuchKey b\\x1b[31m'\n"


def test_sigterm_ends_it_as_a_container_would(tmp_path: Path) -> None:
    code = "import time\nprint('importing', flush=True)\ntime.sleep(60)\n"
    (tmp_path / "boto3.py").write_text(code, encoding="utf-8")
    environment = {"ENV": "dev", "BUCKET": "b", "PYTHONPATH": str(tmp_path)}
    program = [sys.executable, "-S", str(PROGRAM), "k"]
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "importing\n":
            assert process.poll() is None
        os.kill(process.pid, signal.SIGTERM)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (143, "error: stopped by SIGTERM\n")


def test_the_image_runs_the_program_without_a_shell_and_without_root() -> None:
    lines = (FOLDER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert 'ENTRYPOINT ["python3", "/app/main.py"]' in lines
    assert lines.index("USER batch") < lines.index('ENTRYPOINT ["python3", "/app/main.py"]')


def test_the_program_imports_nothing_of_s3ecs() -> None:
    assert not re.search(r"^\s*(from|import) s3ecs", PROGRAM.read_text(encoding="utf-8"), re.MULTILINE)
