"""The values of secrets reach the program's environment, and nothing that anybody else can read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from .terminal import JOB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from s3ecs.local.home import Home

    from .terminal import Ran, Terminal

REGION = "us-west-1"
NAME = "quiet"
VALUES = {"token": "tok-4f9a81c2", "password": "pwd-77b0e3d9"}
# What the program has is said in another way than the values are written.
PROGRAM = """
import os, pathlib, sys
print("has", *sorted(os.environ[name][::-1] for name in ("TOKEN", "PASSWORD")))
for process in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        argv = (process / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        continue
    if any(os.environ[name] in argv for name in ("TOKEN", "PASSWORD")):
        print("told in a process list", process.name)
sys.exit(int(os.environ.get("CODE", "0")))
"""


@pytest.fixture(scope="module")
def course(terminal: Terminal, clients: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    """Everything that one does with a stack, the program failing once."""
    ssm, secrets = clients("ssm", region=REGION), clients("secretsmanager", region=REGION)
    ssm.put_parameter(Name="/quiet/token", Value=VALUES["token"], Type="SecureString")
    secrets.create_secret(Name="quiet-password", SecretString=f'{{"word": "{VALUES["password"]}"}}')
    kept = {"TOKEN": {"parameter": "/quiet/token"}, "PASSWORD": {"secret": "quiet-password", "key": "word"}}
    program = tmp_path_factory.mktemp("program") / "main.py"
    program.write_text(PROGRAM, encoding="utf-8")
    job = {**JOB, "secrets": kept, "local": [sys.executable, str(program)]}
    jobs = {
        "works": {**job, "prefix": "works/"},
        "fails": {**job, "prefix": "fails/", "environment": {"CODE": "3"}},
    }
    terminal.spec(name=NAME, bucket="quiet-bucket", region=REGION, jobs=jobs)
    typed = (
        ("plan", "--json"),
        ("up", "--yes", "--json"),
        ("test-upload", "--job", "works", "--json"),
        ("test-upload", "--job", "fails"),
        ("status", "--json"),
        ("plan",),
        ("validate", "--online"),
        ("graph", "--health"),
        ("permissions", "--account", "123456789012"),
    )
    return [terminal(*words) for words in typed]


def leaks(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files in ``folder`` that hold a value."""
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            yield from ((file, name) for name, value in VALUES.items() if value.encode() in content)


def test_the_program_has_them(course: list[Ran]) -> None:
    lines = [each["line"] for each in course[2].events if each["event"] == "line"]
    assert lines == [f"has {' '.join(sorted(value[::-1] for value in VALUES.values()))}"]
    assert [ran.code for ran in course[:4]] == [0, 0, 0, 3]


def test_no_command_tells_them(course: list[Ran]) -> None:
    assert not [ran for ran in course for value in VALUES.values() if value in ran.out + ran.err]


def test_no_file_holds_them(course: list[Ran], terminal: Terminal, home: Home) -> None:
    assert course
    assert list(leaks(terminal.folder)) == []
    assert list(leaks(home.folder)) == []
    held = [file for file in home.folder.rglob("*") if file.is_file() and b"aws_secret_access_key" in file.read_bytes()]
    assert all(file.stat().st_mode & 0o077 == 0 for file in held)


def test_no_answer_of_aws_holds_them(course: list[Ran], clients: Callable[..., Any]) -> None:
    assert course
    states, ecs, logs = (clients(service, region=REGION) for service in ("stepfunctions", "ecs", "logs"))
    told = []
    for job in ("works", "fails"):
        machine = f"arn:aws:states:{REGION}:123456789012:stateMachine:{NAME}-{job}"
        told.append(states.describe_state_machine(stateMachineArn=machine)["definition"])
        for each in states.list_executions(stateMachineArn=machine)["executions"]:
            told.append(states.get_execution_history(executionArn=each["executionArn"]))
            told.append(states.describe_execution(executionArn=each["executionArn"]))
        told.append(ecs.describe_task_definition(taskDefinition=f"{NAME}-{job}"))
        told.append(logs.filter_log_events(logGroupName=f"/s3ecs/{NAME}/{job}")["events"])
    tasks = ecs.list_tasks(cluster=NAME, desiredStatus="STOPPED")["taskArns"]
    told.append(ecs.describe_tasks(cluster=NAME, tasks=tasks) if tasks else None)
    assert not [name for name, value in VALUES.items() if value in repr(told)]
