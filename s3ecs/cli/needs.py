"""What each command needs to be allowed, put together from what its parts say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3ecs.aws.grant import Verb
from s3ecs.engine.resource import Given, Resource
from s3ecs.preflight import grants as ahead
from s3ecs.resources import Cluster, ExistingBucket, ExistingCluster, Image, Role, superseded
from s3ecs.runs import grants as runs
from s3ecs.stack.build import bucket_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec


@dataclass(frozen=True)
class Needs:
    """The needs of a spec's commands; each method is one of the uses that ``s3ecs permissions`` knows."""

    spec: Spec
    stack: Stack
    environment: Environment

    def of(self, use: str) -> Iterator[Grant]:
        """The needs of a use by its name."""
        found: Iterator[Grant] = getattr(self, use.replace("-", "_"))()
        return found

    def plan(self) -> Iterator[Grant]:
        """Everything is read, and looked for."""
        yield from self._own_seen()
        yield from self._to(self._own, Verb.SETTINGS)
        yield from self._to(self._given, Verb.READ)

    def status(self) -> Iterator[Grant]:
        """A plan, and the newest runs."""
        yield from self.plan()
        yield from runs.of_newest(self.stack, self.environment)

    def up(self) -> Iterator[Grant]:
        """A plan, a look ahead, and whatever makes the stack as it should be; what holds data is not deleted."""
        yield from self.plan()
        yield from ahead.needed(self.spec, self.stack, self.environment)
        yield from self._to(self.stack.resources, Verb.CREATE, Verb.UPDATE)
        yield from self._to(filter(_may_be_pruned, self._own), Verb.DELETE)
        if any(isinstance(each, Image) for each in self._own):
            (cluster,) = (each for each in self.stack.resources if isinstance(each, Cluster | ExistingCluster))
            yield from superseded.grants(self.environment, cluster.name)

    def adopt(self) -> Iterator[Grant]:
        """The option of ``up`` that takes over what is nobody's."""
        yield from self.up()
        yield from self._to(self._own, Verb.ADOPT)

    def down(self) -> Iterator[Grant]:
        """Of what is given only a bucket is read: in the end it is said what has become of it."""
        yield from self._own_seen()
        yield from self._to(self._own, Verb.DELETE)
        yield from self._to((each for each in self._given if isinstance(each, ExistingBucket)), Verb.READ)

    def delete_data(self) -> Iterator[Grant]:
        """The option of ``down`` with which what holds data goes too."""
        yield from self.down()
        yield from self._to(self._own, Verb.DATA)

    def switch_off_events(self) -> Iterator[Grant]:
        """The option of ``down`` that changes what is given."""
        yield from self.down()
        yield from self._to(self._given, Verb.READ, Verb.UPDATE)

    def test_upload(self) -> Iterator[Grant]:
        """An upload, and following its run."""
        yield from runs.of_a_trial(self.stack, self.environment, bucket_name(self.spec, self.environment))

    def validate(self) -> Iterator[Grant]:
        """A look ahead at everything; how many of the roles are there already is one of its questions."""
        roles = (each for each in self._own if isinstance(each, Role))
        yield from self._to([*self._given, *roles], Verb.READ, Verb.SETTINGS)
        yield from ahead.needed(self.spec, self.stack, self.environment)

    @property
    def _own(self) -> list[Resource]:
        return [each for each in self.stack.resources if not isinstance(each, Given)]

    @property
    def _given(self) -> list[Resource]:
        return [each for each in self.stack.resources if isinstance(each, Given)]

    def _own_seen(self) -> Iterator[Grant]:
        yield from self._to(self._own, Verb.READ)
        for kind in (kind for stage in self.stack.stages for kind in stage):
            yield from kind.seeking(self.environment, self.stack.name)

    def _to(self, resources: Iterable[Resource], *verbs: Verb) -> Iterator[Grant]:
        grants = (each for resource in resources for each in resource.grants(self.environment))
        return (each for each in grants if each.verb in verbs)


def _may_be_pruned(resource: Resource) -> bool:
    """What serves a job goes with it; what can only be replaced, or may be there twice, does not stay either."""
    return bool(resource.part or resource.fixed or type(resource).twins is not Resource.twins)
