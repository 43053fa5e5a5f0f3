"""In a terminal: questions, links behind words, one live line; and nothing of it where the terminal cannot."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pytest

from s3ecs.aws.environment import Environment
from s3ecs.aws.faults import told
from s3ecs.engine.apply import Outcome, Result, Started
from s3ecs.engine.plan import Action, Step
from s3ecs.report import links, pulse, talk
from s3ecs.report.talk import Talk
from s3ecs.resources.cluster import Cluster

from .terminal import COMMAND

if TYPE_CHECKING:
    from .conftest import MakeTerminal
    from .terminal import Terminal

ESCAPE = "\x1b"


@dataclass(frozen=True)
class Screen:
    """What stood on the screen at the end, and the exit code."""

    code: int
    text: str


def typed(terminal: Terminal, *words: str, answer: str = "", **more: str) -> Screen:
    """Type a command, and ``answer`` to what it may ask, in a real terminal."""
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    environment = terminal.environment(**{"TERM": "xterm", "COLUMNS": "200"} | more)
    running = subprocess.Popen(
        [*COMMAND, *words], cwd=terminal.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(ours)
    return Screen(running.wait(timeout=60), shown.decode().replace("\r\n", "\n"))


@pytest.fixture(scope="module")
def stack(make_terminal: MakeTerminal) -> Terminal:
    terminal = make_terminal(S3ECS_LOCAL="1")
    terminal.stack("screened", region="ca-central-1")
    return terminal


def test_up_asks_and_a_no_does_nothing(stack: Terminal) -> None:
    screen = typed(stack, "up", "--quiet", answer="n\n")
    assert screen.code == 4
    assert "15 to create\nGo ahead? [y/N]: " in screen.text  # whoever is asked sees the plan, even with --quiet
    assert screen.text.endswith("error: nothing was done\nhint: answer y, or pass --yes, to go ahead\n")


def test_a_question_that_is_left_ends_its_line(stack: Terminal) -> None:
    screen = typed(stack, "up", answer="\x04")
    assert screen.code == 130
    assert "\nGo ahead? [y/N]: \nerror: interrupted\n" in screen.text


def test_up_goes_ahead_with_a_live_line_and_down_wants_the_stacks_name(stack: Terminal) -> None:
    up = typed(stack, "up", answer="y\n")
    assert up.code == 0
    assert f"{ESCAPE}[" in up.text  # the line that moves
    assert "screened is up\nnext: s3ecs test-upload\n" in up.text
    down = typed(stack, "down", "--delete-data", answer="screned\n")
    assert down.code == 4
    assert "This deletes data. The stack's name: " in down.text
    assert "error: 'screned' is not the stack's name; nothing was done\n" in down.text
    asked = typed(stack, "down", "--delete-data", "--yes", "--quiet", answer="screned\n")
    assert asked.code == 4
    shown, question, _ = asked.text.partition("This deletes data. The stack's name: ")
    assert question
    assert " to delete\n" in shown  # --yes does not answer this question, so its plan is shown
    plain = typed(stack, "down", "--delete-data", answer="screened\n", TERM="dumb")
    assert plain.code == 0
    assert ESCAPE not in plain.text
    assert "  deleted cluster screened\n" in plain.text


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal that can redraw."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return monkeypatch


RUN = "arn:aws-cn:states:cn-north-1:1:execution:a-b:x_y"
CHINA = Environment("1", "cn-north-1", "aws-cn", "amazonaws.com.cn")


def test_link_stands_behind_its_words_in_a_terminal(screen: pytest.MonkeyPatch) -> None:
    url = links.of_run(CHINA, RUN)
    expected = f"https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2/executions/details/{RUN}"
    assert url == expected
    assert links.shown("run", url) == f"\x1b]8;;{url}\x1b\\run\x1b]8;;\x1b\\"
    screen.setenv("TERM", "dumb")
    assert links.shown("run", url) == f"run: {url}"
    screen.setenv("TERM", "xterm")
    screen.setenv("NO_COLOR", "1")
    assert links.shown("run", url) == f"run: {url}"


def test_there_is_no_link_where_there_is_no_console() -> None:
    assert links.of_run(Environment("1", "us-east-1", local=True), RUN) is None
    assert links.of_machine(Environment("1", "us-iso-east-1", "aws-iso"), RUN) is None
    assert links.shown("run", None) == "run"


def quiet_talk(*, as_json: bool = False) -> Talk:
    return Talk(quiet=False, as_json=as_json, explain=told)


def lines_of(capsys: pytest.CaptureFixture[str], number: int) -> list[str]:
    """What is said, as soon as it is so many lines."""
    said: list[str] = []
    deadline = time.monotonic() + 30
    while len(said) < number:
        assert time.monotonic() < deadline, said
        time.sleep(0.01)
        said += capsys.readouterr().err.splitlines()
    return said


def test_no_silence_is_long_while_something_is_waited_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "SILENCE", 0.1)
    monkeypatch.setattr(pulse, "LOOK", 0.05)
    heard = quiet_talk()
    with heard.during("reading what there is"):
        heard.waiting("a run to start", 120)
        first, second, *_ = lines_of(capsys, 2)
        heard.waiting("a run to start", -1)
        *_, last = lines_of(capsys, 2)
    assert first == second == "  waiting for a run to start, at most 1 min more; reading what there is"
    assert last == "  reading what there is"
    time.sleep(0.2)
    capsys.readouterr()
    time.sleep(0.2)
    assert capsys.readouterr().err == ""  # nothing goes on


def test_a_line_is_written_at_once_so_that_no_other_threads_line_gets_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    monkeypatch.setattr("sys.stderr", Stream())
    quiet_talk().say("reading what there is")
    assert written == ["reading what there is\n"]


def test_a_program_hears_what_is_waited_for_and_nothing_that_goes_before_a_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "SILENCE", 0.0)
    monkeypatch.setattr(pulse, "LOOK", 0.01)
    heard = quiet_talk(as_json=True)
    with heard.during("reading what there is"):
        time.sleep(0.2)
    assert capsys.readouterr() == ("", "")
    heard.waiting("a run to start", 120)
    time.sleep(0.2)
    heard.waiting("a run to start", -1)
    said, _ = capsys.readouterr()
    first = json.loads(said.splitlines()[0])
    assert first == {"event": "waiting", "what": "waiting for a run to start", "seconds": 0, "seconds_left": 120}


def test_what_goes_on_is_told_with_since_when_and_until_when() -> None:
    now = time.monotonic()
    assert (
        str(pulse.Going("waiting for a run", now - 65, now + 500))
        == "waiting for a run, 1 min so far, at most 8 min more"
    )
    assert str(pulse.Going("creating cluster \x1b", now - 8)) == "creating cluster \\x1b, 8 s so far"


def test_no_markup_or_control_of_others_gets_into_the_live_line(screen: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Line:
        def __init__(self, *_: object, **__: object) -> None: ...

        def status(self, *_: object, **__: object) -> Line:
            return self

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, text: object) -> None:
            shown.append(getattr(text, "plain", "a string is read as markup"))

    screen.setattr("rich.console.Console", Line)
    heard = quiet_talk()
    with heard.live():
        heard.waiting("[bold]x[/bold] \x1b[31m", 0)
        for number in range(5):
            heard.hear(Started(Step(Action.CREATE, Cluster, f"c{number}")))
        heard.hear(Result(Step(Action.CREATE, Cluster, "c0"), Outcome.DONE))
    assert shown[0] == "[bold]x[/bold] \\x1b[31m"
    assert shown[-2] == "creating cluster c0; creating cluster c1; creating cluster c2; 2 more"
    assert shown[-1] == "creating cluster c1; creating cluster c2; creating cluster c3; 1 more"
    assert pulse.SHOWN_AT_ONCE == 3
