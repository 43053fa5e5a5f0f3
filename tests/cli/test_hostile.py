"""Nothing that a container prints, and no key, steers the terminal: not as control, not as markup, not as a picture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from .test_screen import typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .terminal import Ran, Terminal

REGION = "eu-west-3"
NAME = "hostile"
PARTS = (
    "\x1b[31mred\x1b[0m",  # colour
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",  # a link
    "\x1b]0;title\x07",
    "\x9b31mC1\x9d8;;x\x9c",  # the same in one character each
    "\u202eesrever\u2066",  # text that runs the other way
    "\u2028\u0085",  # lines that some terminals begin
    "\r\x08",
    "[red]markup[/red]",
)
TEXT = "".join(PARTS)
FORBIDDEN = {char for char in TEXT if not char.isprintable()}
KEY = f"target/{TEXT}"


def clean(shown: str) -> bool:
    """Whether a text that is shown is free of everything that steers, but for line ends and tabs."""
    return not FORBIDDEN & set(shown.replace("\r\n", "\n"))


@pytest.fixture(scope="module")
def up(terminal: Terminal) -> Terminal:
    """A stack whose program prints all of it and ends with 3."""
    program = f"import sys; sys.stdout.buffer.write({TEXT.encode()!r} + b'\\n'); sys.exit(3)"
    terminal.stack(
        NAME, region=REGION, jobs={"convert": {"prefix": "target/", "local": [sys.executable, "-c", program]}}
    )
    assert terminal("up", "--yes").code == 0
    return terminal


def test_a_terminal_is_not_steered(up: Terminal) -> None:
    """Lines of its own commands steer it: those of the live line, which come from rich, and links behind words."""
    shown = typed(up, "test-upload", "--key", KEY, NO_COLOR="1").text + typed(up, "status", NO_COLOR="1").text
    assert "[red]markup[/red]" in shown
    assert clean(shown.replace("\r", ""))


@pytest.fixture(scope="module")
def ran(up: Terminal, clients: Callable[..., Any]) -> dict[str, Ran]:
    """Every command that shows a key, a line or an error, after runs that had them."""
    uploads = {"uploaded": ("test-upload", "--key", KEY), "uploaded as JSON": ("test-upload", "--key", KEY, "--json")}
    uploaded = dict(zip(uploads, up.side_by_side(*uploads.values()), strict=True))
    machine = f"arn:aws:states:{REGION}:123456789012:stateMachine:{NAME}-convert"
    states = clients("stepfunctions", region=REGION)
    states.tag_resource(resourceArn=machine, tags=[{"key": "team", "value": TEXT}])
    clients("events", region=REGION).put_rule(
        Name=f"{NAME}-convert", EventPattern='{"source": ["theirs"]}', Description=TEXT
    )
    words = {
        "status": ("status",),
        "status as JSON": ("status", "--json"),
        "plan": ("plan",),
        "plan as JSON": ("plan", "--json"),
        "match": ("match", KEY, TEXT),
        "no such job": ("test-upload", "--job", TEXT),
        "no such file": ("-f", f"{TEXT}.yaml", "validate"),
        "no such command": (TEXT,),
    }
    return uploaded | dict(zip(words, up.side_by_side(*words.values()), strict=True))


def test_nothing_of_it_is_shown_as_it_is(ran: dict[str, Ran]) -> None:
    assert {name: each for name, each in ran.items() if not clean(each.out + each.err)} == {}


def test_it_is_shown_as_what_it_is(ran: dict[str, Ran]) -> None:
    assert ran["uploaded"].code == 3
    assert "\\x1b[31mred\\x1b[0m" in ran["uploaded"].out
    assert "\\x9b31mC1" in ran["uploaded"].out
    assert "\\u202eesrever" in ran["uploaded"].out
    assert "[red]markup[/red]" in ran["uploaded"].out
    assert "target/\\x1b[31mred" in ran["uploaded"].err
    assert "target/\\x1b[31mred" in ran["status"].out
    assert "\\u001b]0;title" in ran["plan"].out  # a value is shown as JSON


def test_programs_get_it_back_unharmed(ran: dict[str, Ran]) -> None:
    assert ran["uploaded as JSON"].events[0]["key"] == KEY
    (newest, *_) = ran["status as JSON"].json["runs"]["convert"]
    assert newest["key"] == KEY
