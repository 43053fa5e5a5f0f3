"""The reference spec, which has every key that needs nothing from outside, on the embedded AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import MakeTerminal
    from .terminal import Ran

SPEC = Path(__file__).resolve().parents[2] / "config" / "full.yaml"

Typed = dict[str, "Ran"]


@pytest.fixture(scope="module")
def typed(make_terminal: MakeTerminal) -> Typed:
    """Up, up again, one object, and down."""
    terminal, at = make_terminal(), ("--local", "-f", str(SPEC))
    return {
        "up": terminal(*at, "up", "--yes"),
        "second up": terminal(*at, "plan", "--exit-code"),
        "test-upload": terminal(*at, "test-upload", "target/test.csv"),
        "down": terminal(*at, "down", "--delete-data", "--confirm", "go-batch-full"),
    }


def test_every_key_goes_up_converges_and_goes_down(typed: Typed) -> None:
    assert {name: ran.code for name, ran in typed.items()} == dict.fromkeys(typed, 0), {
        name: ran.err for name, ran in typed.items()
    }


def test_the_programs_lines_are_told_from_the_log_group_of_the_spec(typed: Typed) -> None:
    assert "ENV: 'dev'" in typed["test-upload"].out
    assert "argument 2: '--proxy'" not in typed["test-upload"].out  # the sidecar's
