"""A profile that wants a code is asked for it at a terminal, and told of where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from .test_screen import typed
from .wire import laid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from s3ecs.local.control import Server

    from .wire import Wire

from .terminal import Terminal

DEVICE = "arn:aws:iam::123456789012:mfa/phone"
CONFIG = f"""
[profile guarded]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/guarded
source_profile = plain
mfa_serial = {DEVICE}
[profile plain]
region = eu-west-1
aws_access_key_id = {{key}}
aws_secret_access_key = {{secret}}
"""


@pytest.fixture
def wire(embedded: Server) -> Iterator[Wire]:
    """A way to the embedded AWS on which calls are heard."""
    with laid(embedded) as wire:
        yield wire


@pytest.fixture
def terminal(wire: Wire, tmp_path: Path) -> Terminal:
    """One whose profile ``guarded`` is a role that wants a code."""
    config = tmp_path / "config"
    config.write_text(CONFIG.format(key=wire.server.access_key, secret=wire.server.secret_key), encoding="utf-8")
    terminal = Terminal(tmp_path, {"AWS_CONFIG_FILE": str(config), "AWS_ENDPOINT_URL": wire.endpoint})
    terminal.stack("guarded")
    return terminal


def test_without_a_terminal_it_is_told_and_nothing_is_sent(terminal: Terminal, wire: Wire) -> None:
    ran = terminal("plan", AWS_PROFILE="guarded")
    assert ran.errors == ["the profile wants an MFA code, and there is no terminal to ask for it"]
    assert (ran.code, ran.out) == (2, "")
    assert "aws sts get-session-token" in ran.hint
    assert wire.seen == []


def test_a_profile_beside_it_asks_for_none(terminal: Terminal) -> None:
    assert terminal("plan", AWS_PROFILE="plain").code == 0


def test_at_a_terminal_the_code_is_asked_for_once_and_sent(terminal: Terminal, wire: Wire) -> None:
    heard: list[bytes] = []
    wire.before["sts AssumeRole"] = heard.append
    screen = typed(terminal, "plan", answer="123456\n", AWS_PROFILE="guarded")
    (request,) = (parse_qs(body.decode()) for body in heard)
    assert (request["SerialNumber"], request["TokenCode"]) == ([DEVICE], ["123456"])
    assert screen.text.count(f"MFA code for {DEVICE}: ") == 1
    assert wire.seen[0] == "sts AssumeRole"


def test_a_code_that_is_not_given_ends_the_command(terminal: Terminal, wire: Wire) -> None:
    screen = typed(terminal, "plan", answer="\x04", AWS_PROFILE="guarded")
    assert screen.code == 130
    assert "error: interrupted\n" in screen.text
    assert wire.seen == []
