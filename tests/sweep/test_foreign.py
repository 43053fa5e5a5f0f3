"""What is not a stack's stays as it is, whatever is done to the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.connected import connected
from tests.resources.plainly import DISOWN

from .foreign import Figures, adopted_stays, beside_others, in_others_buckets, untagged
from .play import Play, everything

if TYPE_CHECKING:
    from s3ecs.local.control import Server

REGION = "ap-east-1"


def test_entries_and_stacks_of_others_are_the_same_after_up_and_down(embedded: Server) -> None:
    figures = Figures()
    beside_others(connected(embedded, REGION), figures)
    assert figures.faults == []
    assert figures.untouched == figures.foreign > 100


def test_a_bucket_of_others_is_the_same_after_up_and_down(embedded: Server) -> None:
    figures = Figures()
    in_others_buckets(connected(embedded, REGION), figures)
    assert figures.faults == []
    assert figures.untouched == figures.foreign > 20


def test_what_lost_its_tag_is_refused_by_name_and_adopting_repairs_it(embedded: Server) -> None:
    play, figures = Play(connected(embedded, REGION), everything("untagged")), Figures()
    play.up()
    everything_tagged = [each for each in play.subjects if each.kind in DISOWN]
    untagged(play, [play.of_kind("vpc"), play.of_kind("nat-gateway"), everything_tagged], figures)
    adopted_stays(play, figures)
    assert figures.faults == []
    assert figures.untouched == figures.foreign > 100
