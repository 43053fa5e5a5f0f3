"""Where the secrets of a stack's containers are kept, each place once however many variables are read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs.resources.secret import Parameter, Secret, Source, SourceKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.engine.resource import Resource
    from s3ecs.spec import model
    from s3ecs.spec.model import Job, Spec


class Sources:
    """The sources of all jobs, and the keys that they are encrypted with."""

    def __init__(self, spec: Spec) -> None:
        self._made: dict[str, tuple[Source, SourceKey]] = {}
        for job in spec.jobs:
            for wanted in _secrets(job):
                source = _source(wanted)
                key = SourceKey(name=source.title, source=source)
                self._made.setdefault(source.key, (source, key))

    def resources(self) -> Iterator[Resource]:
        """All of them."""
        for pair in self._made.values():
            yield from pair

    def of(self, wanted: model.Secret) -> Source:
        """The source of one variable."""
        return self._made[_source(wanted).key][0]

    def read_by(self, job: Job) -> list[tuple[Source, SourceKey]]:
        """What the containers of a job read from, and the keys, by name."""
        return [self._made[key] for key in sorted({_source(wanted).key for wanted in _secrets(job)})]


def _secrets(job: Job) -> Iterator[model.Secret]:
    yield from job.secrets.values()
    for each in job.sidecars:
        yield from each.secrets.values()


def _source(wanted: model.Secret) -> Source:
    if wanted.parameter is not None:
        return Parameter(name=wanted.parameter)
    return Secret(name=wanted.secret or "")
