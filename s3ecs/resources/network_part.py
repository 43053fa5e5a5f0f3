"""What the parts of a stack's own network share: AWS lets any number of them bear one name, which is but a tag."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.aws.lost import make_once
from s3ecs.engine.resource import Found, Ids, Observed, Props
from s3ecs.resources import ec2
from s3ecs.resources.owned import PART_TAG, STACK_TAG, Owned, asking_for, carrying, taking_over, to_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

T = TypeVar("T")

SEEN_WITHIN = 120.0  # seconds; AWS: EC2 usually knows within a few what it has made
FREE_WITHIN = 900.0  # seconds; AWS: the network interfaces of stopped tasks leave after seconds to minutes


@dataclass(frozen=True, eq=False, kw_only=True)
class NetworkPart(Owned):
    """Its id is what AWS gives it, its name the tag ``Name``. Of several the oldest that fits is taken."""

    sort: ClassVar[ec2.Sort]
    put_after: ClassVar[frozenset[str]] = frozenset()
    """Settings that only further calls give to what has just been made."""
    busy: ClassVar[set[str]] = ec2.IN_USE
    """What AWS answers while something still needs it."""

    made_by: ClassVar[str]
    """The action that makes it, of IAM's as those below."""
    inside: ClassVar[bool] = False
    """Whether that action also names what it is to stand in, or be for."""
    put_by: ClassVar[tuple[str, ...]] = ()
    """The actions that change it."""
    removed_by: ClassVar[tuple[str, ...]]
    """The actions that delete it."""

    @abstractmethod
    def wanted(self, ids: Ids) -> Props:
        """What its settings should be, without tags."""

    @abstractmethod
    def settings(self, aws: Aws, found: dict[str, Any]) -> Props:
        """The same of what EC2 describes."""

    @abstractmethod
    def fits(self, aws: Aws, found: dict[str, Any]) -> bool:
        """Whether what bears its name stands where it should; what does not is left aside, and pruned."""

    @abstractmethod
    def make(self, client: Any, props: Props) -> dict[str, Any]:
        """Make it, with its tags, by one call of ``client``; returns EC2's description."""

    def put(self, aws: Aws, found: dict[str, Any], props: Props, changed: frozenset[str]) -> None:
        """Give the settings named in ``changed``, but the tags, to what is there."""

    @classmethod
    @abstractmethod
    def remove(cls, aws: Aws, found_id: str) -> None:
        """Delete it, which AWS may refuse while something still needs it."""

    @classmethod
    def lives(cls, found: dict[str, Any]) -> bool:
        """Whether it is more than the memory of one that has been deleted."""
        return True

    def rank(self, aws: Aws, found: dict[str, Any]) -> int:
        """Which of several that fit is taken, before their ages: the lowest."""
        return 0

    def desired(self, ids: Ids) -> Props:
        return {**self.wanted(ids), "tags": dict(self.tags)}

    def read(self, aws: Aws) -> Observed | None:
        ours = self.candidates(aws)
        found = ours[0] if ours else self.stranger(aws)
        if found is None:
            return None
        tags = ec2.tags_of(found)
        props = {**self.settings(aws, found), "tags": self.own(tags)}
        return Observed(found[self.sort.id], props, tags.get(STACK_TAG))

    def candidates(self, aws: Aws) -> list[dict[str, Any]]:
        """What bears the name and the stack's tag and fits, the one to be taken first."""
        fitting = [each for each in self._namesakes(aws) if self.fits(aws, each)]
        return sorted(fitting, key=lambda each: (self.rank(aws, each), self._age(each)))

    def create(self, aws: Aws, props: Props) -> str:
        def find() -> dict[str, Any] | None:
            return next(iter(self.candidates(aws.fresh())), None)

        def make() -> dict[str, Any]:
            return self.once_seen(aws, lambda: self.make(aws.ec2, props))

        made = make_once(aws, self.title, make, find)
        self.put(aws, made, props, self.put_after)
        return str(made[self.sort.id])

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        fresh = aws.fresh()
        # One that is adopted does not carry the stack's tag yet.
        for found in [*self.candidates(fresh), *filter(None, [self.stranger(fresh)])][:1]:
            if "tags" in changed:
                # First: what is adopted may not be changed by whoever is allowed no more than what carries this tag.
                aws.ec2.create_tags(Resources=[found[self.sort.id]], Tags=to_pairs(props["tags"]))
            self.put(aws, found, props, changed)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        def go() -> None:
            unless(ec2.NOT_FOUND, lambda: cls.remove(aws, found.id))

        what = f"{cls.kind.replace('-', ' ')} {found.name} to be free"
        aws.again_while(cls.busy, what, go, seconds=FREE_WITHIN, every=5)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        parts = ec2.parts(environment)
        ours, asked = carrying(self.stack), asking_for(self.stack)
        yield grant.unleveled(f"ec2:{self.sort.action}")
        yield grant.create(self.made_by, on=parts, when=asked)
        yield grant.create("ec2:CreateTags", on=parts, when=ec2.tagging_what_is_made(self.stack))
        yield grant.create(*([self.made_by] if self.inside else []), on=parts, when=ours)
        yield grant.update("ec2:CreateTags", *self.put_by, on=parts, when=ours)
        named = {"StringLike": {f"aws:ResourceTag/{ec2.NAME_TAG}": [self.stack, f"{self.stack}-*"]}}
        one = environment.arn("ec2", f"{self.sort.type}/*")
        yield grant.adopt("ec2:CreateTags", on=one, when=taking_over(self.stack) | named)
        yield grant.delete(*self.removed_by, on=parts, when=ours)

    @classmethod
    def seeking(cls, environment: Environment, stack: str) -> Iterator[Grant]:
        yield grant.unleveled("ec2:DescribeTags")

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        if not ec2.nominated(aws, cls.sort, stack):
            return
        taken = set(known)
        for found in sorted(cls._all(aws, stack), key=cls._age):
            found_id = found[cls.sort.id]
            name = ec2.name_of(found) or found_id
            if name not in known:
                part = ec2.tags_of(found).get(PART_TAG)
                yield Found(cls.kind, found_id if name in taken else name, found_id, part)
                taken.add(name)

    def twins(self, aws: Aws) -> Iterator[Found]:
        taken = [each[self.sort.id] for each in self.candidates(aws)[:1]]
        for found in self._namesakes(aws):
            found_id = found[self.sort.id]
            if found_id not in taken:
                yield Found(self.kind, found_id, found_id, self.part)

    def once_seen(self, aws: Aws, call: Callable[[], T]) -> T:
        """The answer of ``call``, made again while EC2 does not see yet what has just been made."""
        what = f"AWS to show what the new {self.title} needs"
        return aws.again_while(ec2.NOT_FOUND, what, call, seconds=SEEN_WITHIN)

    def tagging(self, props: Props) -> list[dict[str, Any]]:
        """Its tags as the creating call takes them."""
        return ec2.tagging(self.sort, props["tags"])

    @classmethod
    def _all(cls, aws: Aws, stack: str) -> list[dict[str, Any]]:
        return [each for each in ec2.of_stack(aws, cls.sort, stack) if cls.lives(each)]

    def _namesakes(self, aws: Aws) -> list[dict[str, Any]]:
        return [each for each in self._all(aws, self.stack) if ec2.name_of(each) == self.name]

    def stranger(self, aws: Aws) -> dict[str, Any] | None:
        """What bears the name and not the stack's tag; of several one that could be adopted."""
        question = f"{self.sort.type} called {self.name}"
        named = aws.once(question, lambda: ec2.listed(aws, self.sort, f"tag:{ec2.NAME_TAG}", self.name))
        others = [each for each in named if self.lives(each) and ec2.tags_of(each).get(STACK_TAG) != self.stack]
        return next(iter(sorted(others, key=lambda each: (not self.fits(aws, each), self._age(each)))), None)

    @classmethod
    def _age(cls, found: dict[str, Any]) -> tuple[str, str]:
        """AWS: only NAT gateways and endpoints know when they were made; for the others the lowest id has to do."""
        return str(found.get("CreateTime") or found.get("CreationTimestamp") or ""), found[cls.sort.id]
