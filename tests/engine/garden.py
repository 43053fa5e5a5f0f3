"""Fake resources of five kinds, and what is given to them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.engine.resource import Found, Given, Ids, Observed, Props, Resource
from s3ecs.engine.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .world import World

NAME: Final = "garden"
SUN: Final = 7


@dataclass(frozen=True, eq=False, kw_only=True)
class Soil(Given):
    """What every plant needs and no stack makes."""

    kind: ClassVar[str] = "soil"

    name: str = "soil"
    part: str | None = None
    after: tuple[Resource, ...] = ()

    def read(self, aws: World) -> Observed:
        del aws
        return Observed("soil-id", {"sun": SUN}, None)


@dataclass(frozen=True, eq=False, kw_only=True)
class Plant(Resource):
    """``uses`` are referred to by id, ``mirrors`` by one of their settings; ``size`` can change, ``shape`` cannot.

    What ``outlives`` the stack once it was adopted is never deleted.
    """

    fixed: ClassVar[frozenset[str]] = frozenset({"shape"})
    outlives: ClassVar[bool] = False

    name: str
    part: str | None = None
    after: tuple[Resource, ...] = ()
    size: int = 0
    shape: int = 0
    uses: tuple[Resource, ...] = ()
    mirrors: tuple[Resource, ...] = ()
    soil: Soil | None = None

    def desired(self, ids: Ids) -> Props:
        return {
            "size": self.size,
            "shape": self.shape,
            "uses": {each.key: ids.of(each) for each in self.uses},
            "mirrors": {each.key: ids.setting(each, "size") for each in self.mirrors},
            "sun": ids.setting(self.soil, "sun") if self.soil else 0,
        }

    def read(self, aws: World) -> Observed | None:
        thing = aws.read(self.key)
        return None if thing is None else Observed(thing.id, dict(thing.props), thing.owner, thing.adopted)

    def create(self, aws: World, props: Props) -> str:
        return aws.create(self.key, props, owner=NAME, part=self.part)

    def update(self, aws: World, props: Props, changed: frozenset[str]) -> None:
        aws.update(self.key, props, changed, fixed=self.fixed, owner=NAME)

    def adopted(self, props: Props) -> Props:
        return {**props, "marks": {"owner": NAME, "adopted": self.outlives}}

    @classmethod
    def delete(cls, aws: World, found: Found, *, data: bool) -> None:
        aws.delete(found.key, found.id, data=data, owner=NAME)

    @classmethod
    def discover(cls, aws: World, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for key, thing in list(aws.things.items()):
            kind, _, name = key.partition("/")
            if kind == cls.kind and thing.owner == stack and name not in known:
                yield Found(kind, name, thing.id, thing.part, adopted=thing.adopted)

    @classmethod
    def holds(cls, aws: Any, name: str) -> str | None:
        thing = aws.read(f"{cls.kind}/{name}")
        return None if thing is None else thing.data

    @classmethod
    def serves(cls, aws: Any, name: str) -> str | None:
        thing = aws.read(f"{cls.kind}/{name}")
        return None if thing is None else thing.guests


class Root(Plant):
    kind: ClassVar[str] = "root"
    outlives: ClassVar[bool] = True


class Moss(Plant):
    kind: ClassVar[str] = "moss"


class Stem(Plant):
    kind: ClassVar[str] = "stem"


class Leaf(Plant):
    kind: ClassVar[str] = "leaf"
    outlives: ClassVar[bool] = True


class Seed(Plant):
    """A kind that no index lists: known by name, or not at all."""

    kind: ClassVar[str] = "seed"

    @classmethod
    def discover(cls, aws: World, stack: str, known: frozenset[str]) -> Iterator[Found]:
        del aws, stack, known
        yield from ()


LEVELS: Final[tuple[tuple[type[Plant], ...], ...]] = ((Root, Moss), (Stem,), (Leaf,), (Seed,))
"""The kinds in the order in which they may use one another: each only those of earlier levels."""

STAGES: Final[tuple[tuple[type[Resource], ...], ...]] = tuple(reversed(LEVELS))


def level(kind: str) -> int:
    """The place of a kind in ``LEVELS``."""
    return next(place for place, kinds in enumerate(LEVELS) if kind in {each.kind for each in kinds})


def garden(*plants: Resource, dropped: tuple[Resource, ...] = ()) -> Stack:
    """A stack of these, and of the soils that they need."""
    soils = {id(plant.soil): plant.soil for plant in plants if isinstance(plant, Plant) and plant.soil is not None}
    return Stack(NAME, (*soils.values(), *plants), STAGES, dropped)
