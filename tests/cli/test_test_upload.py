"""``test-upload``: which object, which run, which lines, which exit code."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .test_interruption import begun, read_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .terminal import Ran, Terminal

REGION = "eu-north-1"
NAME = "uploads"
LOUD = r"print('\x1b[31mred\x1b[0m [bold]b[/bold]\ttab')"
JOBS: dict[str, dict[str, Any]] = {
    "dash": {"prefix": "-", "command": ["{key}", "-", "{size}"]},
    "keys": {"prefix": "keys/", "command": ["{key}", "-", "{size}"]},
    "exits": {"prefix": "exits/", "suffix": ".csv", "environment": {"CODE": "7"}},
    "large": {"prefix": "large/", "min_size": 5000, "command": ["{size}"]},
    "loud": {"prefix": "loud/", "local": [sys.executable, "-c", LOUD]},
    "picky": {"prefix": ["picky/", "pick/"], "exclude": ["*.tmp", "pick/[?]*"], "max_size": 100},
    "slow": {"prefix": "slow/", "local": [sys.executable, "-c", "import time; time.sleep(600)"]},
    "twin": {"prefix": "twin/"},
    "other-twin": {"prefix": "twin/", "overlap": True},
}
KEYS = (
    """keys/a  b 'single' "double" \\back $(touch x) `id`;|&> -f --flag %2F+100% 日本語 [bold]b[/bold] {key}{{uri}}""",
    "keys/../up/./here//there/",
    "-rf",
)


@pytest.fixture(scope="module")
def up(terminal: Terminal) -> Terminal:
    """A terminal whose stack is up, with a file of its own under a job's prefix and one elsewhere."""
    terminal.stack(NAME, region=REGION, jobs=JOBS)
    assert terminal("up", "--yes").code == 0
    file = terminal.folder / "keys" / "mine.txt"
    file.parent.mkdir()
    file.write_text("mine\n")
    return terminal


@pytest.fixture
def no_slow_runs(up: Terminal, clients: Callable[..., Any]) -> Iterator[None]:  # noqa: ARG001 - it has to be there
    """Afterwards, whatever becomes of the test: the program would run for ten minutes."""
    yield
    states, machine = clients("stepfunctions", region=REGION), f"arn:aws:states:{REGION}:123456789012:stateMachine:"
    listed = states.list_executions(stateMachineArn=f"{machine}uploads-slow", statusFilter="RUNNING")["executions"]
    for run in listed:
        states.stop_execution(executionArn=run["executionArn"])


@pytest.fixture(scope="module")
def ran(up: Terminal) -> dict[str, Ran]:
    """Everything that may go side by side, two at a time."""
    typed = {
        **{key: ("--key", key) for key in KEYS},
        "a file under a prefix": ("keys/mine.txt",),
        "no file": ("--job", "exits", "--json"),
        "large": ("large/no such file", "-q"),
        "loud": ("--job", "loud", "--quiet"),
        "which twin": ("twin/x",),
        "this twin": ("twin/y", "--job", "other-twin"),
        "no job": ("hoge/test.csv",),
        "none of it": ("keys/x", "--expect-none"),
    }
    ended = up.side_by_side(*(("test-upload", *words) for words in typed.values()))
    return dict(zip(typed, ended, strict=True))


def printed(ran: Ran) -> Any:
    """The arguments that the program got."""
    return json.loads(ran.out)


@pytest.mark.parametrize("key", KEYS)
def test_any_key_reaches_the_program_as_it_is(key: str, ran: dict[str, Ran], up: Terminal) -> None:
    assert printed(ran[key]) == [key, "-", "72"]
    assert ran[key].code == 0
    assert not list(up.folder.rglob("x"))


def test_file_under_a_jobs_prefix_keeps_its_path_as_key(ran: dict[str, Ran]) -> None:
    assert printed(ran["a file under a prefix"]) == ["keys/mine.txt", "-", "5"]


def test_exit_code_of_the_container_is_that_of_the_command(ran: dict[str, Ran]) -> None:
    assert ran["no file"].code == 7


def test_programs_are_told_every_step(ran: dict[str, Ran]) -> None:
    events = ran["no file"].events
    assert events[0] == {"event": "upload", "bucket": "uploads-bucket", "key": "exits/test.csv", "size": 72}
    assert [each["event"] for each in events if each["event"] not in ("task", "waiting")] == [
        "upload",
        "run",
        "line",
        "end",
    ]
    assert {"event": "line", "of": "exits", "line": '["exits/test.csv"]'} in events
    end = events[-1]
    assert (end["status"], end["exit_code"], end["error"]) == ("FAILED", 7, "States.TaskFailed")
    assert json.loads(end["cause"])["StopCode"] == "EssentialContainerExited"
    assert {"job": "exits", "key": "exits/test.csv"}.items() <= events[1].items()


def test_generated_content_reaches_the_jobs_min_size(ran: dict[str, Ran]) -> None:
    assert printed(ran["large"]) == ["5000"]


def test_quiet_leaves_the_containers_lines_and_nothing_else(ran: dict[str, Ran]) -> None:
    assert ran["large"].err == ""


def test_what_a_container_prints_cannot_reach_the_terminal_as_control(ran: dict[str, Ran]) -> None:
    assert ran["loud"].out == "\\x1b[31mred\\x1b[0m [bold]b[/bold]\ttab\n"


@pytest.mark.parametrize(
    ("name", "error", "hint"),
    [
        ("which twin", "which of the jobs twin, other-twin?", "name one: --job twin; or a key: --key KEY"),
        ("none of it", "keys takes 'keys/x': a run would start", "choose a key that no job takes"),
        (
            "no job",
            'no job takes \'hoge/test.csv\': dash: key "hoge/test.csv" does not begin with "-"; keys: key ',
            "choose another key, or check just that with --expect-none",
        ),
    ],
)
def test_what_cannot_start_a_run_is_told_beforehand(name: str, error: str, hint: str, ran: dict[str, Ran]) -> None:
    (told,) = ran[name].errors
    assert told.startswith(error)
    assert (ran[name].hint, ran[name].code) == (hint, 2)
    assert "uploading" not in ran[name].err


def test_each_of_several_prefixes_starts_a_run(up: Terminal) -> None:
    for key in ("picky/one", "pick/two"):
        assert json.loads(up("test-upload", key).out) == [key]


@pytest.mark.parametrize("key", ["picky/a.tmp", "pick/[?]x", "picky/large"])
def test_what_the_machine_leaves_out_comes_to_no_task(key: str, up: Terminal) -> None:
    (up.folder / "large").write_bytes(b"x" * 101)
    ran = up("test-upload", *(["large", "--key"] if key == "picky/large" else []), key, "--expect-none")
    assert (ran.code, ran.errors) == (0, [])
    assert any("not for picky: " in line for line in ran.err.splitlines())


def test_of_two_jobs_for_one_key_the_one_named_is_followed(ran: dict[str, Ran]) -> None:
    assert "of other-twin has started" in ran["this twin"].err


def test_ctrl_c_leaves_the_run_alone_and_says_where_to_look(up: Terminal, no_slow_runs: None) -> None:  # noqa: ARG001 - ends them
    with begun(up, "test-upload", "slow/x") as upload:
        try:
            read_until(upload.stderr, "has started")
            upload.send_signal(signal.SIGINT)
            out, said = upload.communicate(timeout=60)
        finally:
            upload.kill()  # else, where it has not ended by itself, it would be waited for
    assert (upload.returncode, out) == (130, "")
    assert said.splitlines()[-3:] == [
        "",  # behind the ^C of a terminal
        "error: interrupted: the run of 'slow/x' goes on",
        "hint: the newest runs and their ends: s3ecs status",
    ]
    assert ["running", "slow/x"] in [line.split()[:2] for line in up("status").out.splitlines()]


def test_where_nothing_runs_the_dead_letters_are_named(up: Terminal, clients: Callable[..., Any]) -> None:
    sqs, events = clients("sqs", region=REGION), clients("events", region=REGION)
    url = sqs.get_queue_url(QueueName="uploads-dead-letters")["QueueUrl"]
    attributes = {
        "RULE_ARN": f"arn:aws:events:{REGION}:123456789012:rule/uploads-keys",
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": "may not\x07 start",
    }
    sqs.send_message(
        QueueUrl=url,
        MessageBody=json.dumps({"detail": {"object": {"key": "keys/\x1blost"}}}),
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
    )
    events.disable_rule(Name="uploads-keys")
    ran = up("test-upload", "keys/lost", "--wait", "1")
    events.enable_rule(Name="uploads-keys")
    assert ran.code == 1
    assert "  dead letter of uploads-keys: NO_PERMISSIONS: may not\\x07 start (keys/\\x1blost)" in ran.err.splitlines()
    assert ran.errors == ["no run started within 1 s"]
    assert ran.hint == "each hop's health: s3ecs status"
