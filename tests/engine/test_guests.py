"""What others use stays, whatever is asked."""

from __future__ import annotations

import pytest

from s3ecs.engine.apply import Outcome
from s3ecs.engine.plan import Action
from s3ecs.errors import Refused

from .garden import Leaf, Root, Seed, garden
from .runs import carried_out, planned, up
from .world import World

NEST = "a nest"


@pytest.fixture
def world() -> World:
    """Three plants, of which a bird uses two: one that an index lists and one that is known by name alone."""
    world = World()
    up(garden(Root(name="root"), Leaf(name="leaf"), Seed(name="seed")), world)
    for key in ("leaf/leaf", "seed/seed"):
        world.things[key].guests = NEST
    return world


@pytest.mark.parametrize("delete_data", [False, True])
def test_what_others_use_is_kept_also_where_data_is_deleted(world: World, *, delete_data: bool) -> None:
    run = up(garden(dropped=(Seed(name="seed"),)), world, delete_data=delete_data)
    assert run.ended == ["root/root"]
    assert {step.key: step.found.serves for step in run.plan.kept if step.found} == dict.fromkeys(
        ("leaf/leaf", "seed/seed"), NEST
    )
    assert set(world.things) == {"leaf/leaf", "seed/seed"}


def test_what_others_have_come_to_use_since_the_plan_is_kept(world: World) -> None:
    decided = planned(garden(dropped=(Seed(name="seed"),)), world, delete_data=True)
    assert [step.action for step in decided.writes] == [Action.DELETE]
    world.things["root/root"].guests = NEST
    run = carried_out(decided, world)
    (failed,) = run.results.of(Outcome.FAILED)
    assert isinstance(failed.error, Refused)
    assert str(failed.error) == "it has a nest by now, so it is kept"
    assert "root/root" in world.things
