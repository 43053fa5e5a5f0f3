"""Whatever somebody changes or deletes behind a stack's back is named by plan and status, and mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.connected import connected
from tests.resources.changes import NOT_CHANGEABLE
from tests.resources.scene import NETWORK

from .drift import Figures, batches, drifts, sweep, sweep_deletions
from .play import Play, everything

if TYPE_CHECKING:
    from s3ecs.local.control import Server


@pytest.fixture(scope="module")
def play(embedded: Server) -> Play:
    """A stack with a resource of every kind, up."""
    play = Play(connected(embedded, "ap-south-1"), everything("drifter"))
    play.up()
    return play


def test_every_key_of_every_resource_has_a_case(play: Play) -> None:
    cases = {(each.resource.key, each.top) for each in drifts(play)}
    ids = play.plan().ids
    for resource in play.subjects:
        unchangeable = NOT_CHANGEABLE.get(resource.kind, set())
        assert {top for key, top in cases if key == resource.key} == resource.desired(ids).keys() - unchangeable


def test_every_setting_that_drifts_is_named_and_mended(play: Play) -> None:
    figures = Figures()
    sweep(play, batches(drifts(play)), figures)
    assert figures.faults == []
    assert figures.drifted == figures.seen == figures.mended > 100


def test_every_resource_that_is_deleted_is_missed_and_made_again(play: Play) -> None:
    network = [each for each in play.subjects if each.kind in NETWORK]
    others = [each for each in play.subjects if each.kind not in NETWORK]
    figures = Figures()
    sweep_deletions(play, (network, others), figures)
    assert figures.faults == []
    assert figures.drifted == figures.seen == figures.mended
    assert figures.drifted > len(play.subjects)  # a group goes with its VPC, and once more alone
