"""The contract of a resource: everything that the engine knows of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from s3ecs.errors import Refused

Props = Mapping[str, Any]
"""Settings in normal form: JSON-like values, sets as sorted lists, the service's defaults filled in."""


class Exists(Exception):
    """A create was answered with: there is one already."""


def kept_for(others: str) -> Refused:
    """What deleting raises where ``others`` have come to use a thing since the plan, in the words of ``serves``."""
    return Refused(f"it has {others} by now, so it is kept", hint="run the command again to see what is left")


class _Unknown:
    """What only the service can name, while the thing is not there or is about to be replaced."""

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True)
class Observed:
    """What the service says of one resource: its id, its settings, the stack that its tag names, if any.

    One that is ``adopted`` was there before its stack and is never deleted.
    """

    id: str
    props: Props
    owner: str | None
    adopted: bool = False


@dataclass(frozen=True)
class Found:
    """A thing of the stack that exists, known well enough to be deleted; ``part`` is its part of the stack.

    ``holds`` says in words what data it holds, ``serves`` what others have put on it, None where there is none. One
    that is ``adopted`` or ``serves`` others stays in any case.
    """

    kind: str
    name: str
    id: str
    part: str | None = None
    holds: str | None = None
    adopted: bool = False
    serves: str | None = None

    @property
    def key(self) -> str:
        """``kind/name``, the same as of the resource that made it."""
        return f"{self.kind}/{self.name}"


class Ids:
    """What has been observed so far, for the settings that refer to it."""

    def __init__(self, observed: Mapping[str, Observed | None]) -> None:
        self._observed = {key: seen for key, seen in observed.items() if seen is not None}

    def of(self, resource: Resource) -> Any:
        """The id that the service gave to ``resource``, UNKNOWN while there is none."""
        seen = self._observed.get(resource.key)
        return UNKNOWN if seen is None else seen.id

    def setting(self, resource: Resource, name: str) -> Any:
        """One setting of ``resource``, a key of its ``desired`` or of what is given; UNKNOWN while it is not there."""
        seen = self._observed.get(resource.key)
        return UNKNOWN if seen is None else seen.props[name]

    def without(self, *keys: str) -> Ids:
        """A copy in which these resources are unknown again: they are about to be made anew."""
        return Ids({key: seen for key, seen in self._observed.items() if key not in keys})

    def learn(self, resource: Resource, made_id: str, props: Props) -> None:
        """Note the id and the settings of what has just been made or changed, or is about to be changed."""
        before = self._observed.get(resource.key)
        kept = {} if before is None else before.props
        self._observed[resource.key] = Observed(made_id, {**kept, **props}, None)


@dataclass(frozen=True, eq=False)
class Resource(ABC):
    """One object of a service that a stack owns. Its fields say what is desired of it.

    To mention a resource in a field is to depend on it; ``after`` orders things that do not name each other.
    ``part`` names the part of the stack that it serves, None where it serves all of them.
    """

    kind: ClassVar[str]
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Settings that only a replacement can change."""
    comes_last: ClassVar[bool] = False
    """Whether it is made and changed after everything else, deletions among it."""
    guarded: ClassVar[bool] = False
    """Whether the service itself refuses to delete one that serves others, so that nobody need ask right before."""

    name: str
    part: str | None = None
    after: tuple[Resource, ...] = ()

    @property
    def key(self) -> str:
        """``kind/name``, unique in a stack."""
        return f"{self.kind}/{self.name}"

    @property
    def title(self) -> str:
        """How a message names it."""
        return f"{self.kind.replace('-', ' ')} {self.name}"

    @abstractmethod
    def desired(self, ids: Ids) -> Props:
        """What its settings should be; pure. Holds UNKNOWN where ``ids`` does."""

    @abstractmethod
    def read(self, aws: Any) -> Observed | None:
        """What the service says of it, under the same keys as ``desired``; None where it is absent."""

    def glance(self, aws: Any) -> Observed | None:
        """Whether it is there and whose it is; settings may be left out where they cost calls."""
        return self.read(aws)

    @abstractmethod
    def create(self, aws: Any, props: Props) -> str:
        """Make it with these settings; returns its id. Raises Exists where there is one already."""

    @abstractmethod
    def update(self, aws: Any, props: Props, changed: frozenset[str]) -> None:
        """Give the settings named in ``changed`` the values that ``props`` has for them."""

    def meanwhile(self, seen: Props, desired: Props) -> Props:  # noqa: ARG002 - most are needed by nothing else
        """What its settings should be until what is not wanted any more is gone; then they become ``desired``. Pure."""
        return desired

    def adopted(self, props: Props) -> Props:
        """What is desired of one that nobody owns, when it is taken over: ``props`` and the marks that tell of it."""
        return props

    @classmethod
    @abstractmethod
    def delete(cls, aws: Any, found: Found, *, data: bool) -> None:
        """Remove what was found; fine where it is gone already. With ``data``, what it holds goes too."""

    @classmethod
    @abstractmethod
    def discover(cls, aws: Any, stack: str, known: frozenset[str]) -> Iterator[Found]:
        """Things of this kind that carry the stack's tag and exist, but for the names in ``known``."""

    def twins(self, aws: Any) -> Iterator[Found]:  # noqa: ARG002 - most kinds have names that only one can bear
        """What else of the stack bears its name, where two runs at once made it twice; ``read`` tells of one only.

        Each is named by its id.
        """
        yield from ()

    @classmethod
    def holds(cls, aws: Any, name: str) -> str | None:  # noqa: ARG003 - most kinds hold nothing
        """What data the thing of this name holds, in words; None where none is lost by deleting it."""
        return None

    @classmethod
    def serves(cls, aws: Any, name: str) -> str | None:  # noqa: ARG003 - others have nothing on most kinds
        """What others have put on the thing of this name and would lose with it, in words; None where there is none."""
        return None

    def grants(self, environment: Any) -> Iterator[Any]:  # noqa: ARG002 - a thing that asks nobody needs none
        """What the methods need to be allowed, each grant by one of them; pure."""
        yield from ()

    @classmethod
    def seeking(cls, environment: Any, stack: str) -> Iterator[Any]:  # noqa: ARG003 - likewise
        """What ``discover`` needs to be allowed, also where it finds nothing; pure."""
        yield from ()

    def as_found(self, seen: Observed, *, holds: str | None = None, serves: str | None = None) -> Found:
        """This resource as something to be deleted."""
        return Found(self.kind, self.name, seen.id, self.part, holds, seen.adopted, serves)

    def needs(self) -> Iterator[Resource]:
        """Every resource found in the fields, also inside tuples, lists, sets and mappings."""
        for spot in fields(self):
            yield from _mentioned(getattr(self, spot.name))


def _mentioned(value: Any) -> Iterator[Resource]:
    if isinstance(value, Resource):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _mentioned(item)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _mentioned(item)


class Given(Resource):
    """Something of somebody else's that the stack uses: read with everything else, never made and never deleted.

    Most are never written either; where something is desired of one, it is changed in place.
    """

    def desired(self, ids: Ids) -> Props:  # noqa: ARG002 - nothing is desired of most
        return {}

    @abstractmethod
    def read(self, aws: Any) -> Observed: ...

    def create(self, aws: Any, props: Props) -> str:
        raise NotImplementedError(f"{self.title} is given, it is never made")

    def update(self, aws: Any, props: Props, changed: frozenset[str]) -> None:
        raise NotImplementedError(f"{self.title} is given, it is never changed")

    @classmethod
    def delete(cls, aws: Any, found: Found, *, data: bool) -> None:
        raise NotImplementedError(f"{found.key} is given, it is never deleted")

    @classmethod
    def discover(cls, aws: Any, stack: str, known: frozenset[str]) -> Iterator[Found]:  # noqa: ARG003
        yield from ()
