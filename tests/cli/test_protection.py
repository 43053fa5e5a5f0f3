"""``termination_protection: true``: nothing is taken down or made anew unless somebody insists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .terminal import Ran, Terminal

REGION, NAME = "eu-west-2", "guarded"
KEY = "termination_protection: true in the spec forbids"


@pytest.fixture(scope="module")
def protected(terminal: Terminal) -> Terminal:
    """A stack that is up, of two jobs and protected."""
    terminal.stack(
        NAME,
        region=REGION,
        jobs={"convert": {"prefix": "target/"}, "report": {"prefix": "reports/"}},
        termination_protection=True,
    )
    assert "  ! termination_protection: true: down is refused" in terminal("up", "--yes").err
    return terminal


def refused(ran: Ran, what: str) -> bool:
    (error,) = ran.errors
    assert ran.hint == "set it to false in the spec, or pass --force"
    return ran.code == 4 and error.startswith(f"{KEY} {what}") and error.endswith("; nothing was done")


def test_down_is_refused_whatever_else_is_said_and_writes_nothing(protected: Terminal) -> None:
    ran, writes = protected.traced("down", "--yes")
    assert refused(ran, "deleting ")
    assert writes == []
    assert refused(protected("down", "--delete-data", "--confirm", NAME), "deleting ")


def test_up_makes_nothing_anew_prunes_a_job_and_insisted_on_does_it(protected: Terminal) -> None:
    protected.stack(NAME, region=REGION, termination_protection=True)
    pruned = protected("up", "--yes")
    assert pruned.code == 0
    assert "  deleted rule guarded-report" in pruned.err

    protected.stack(NAME, region=REGION, termination_protection=True, path="/elsewhere/")
    ran, writes = protected.traced("up", "--yes")
    assert refused(ran, "replacing role guarded-events-eu-west-2, ")
    assert writes == []
    assert "± role guarded-convert-task-eu-west-2" in protected("plan").out
    assert protected("up", "--yes", "--force").code == 0


def test_down_that_is_insisted_on_goes(protected: Terminal) -> None:
    ran = protected("down", "--yes", "--force")
    assert ran.code == 0
    assert f"{NAME} is down" in ran.err
