"""A whole stack on an embedded AWS, looked at and mended as the commands do it."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.engine.apply import apply
from s3ecs.engine.observe import observe
from s3ecs.engine.plan import plan, survey
from s3ecs.engine.resource import Given
from s3ecs.report.status import Status, hops, spec_of
from s3ecs.spec.model import Build, ManagedNetwork, Network
from s3ecs.stack.build import build
from tests.resources.scene import HASH, Pushed, Scene, spec

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.engine.observe import Observation
    from s3ecs.engine.plan import Plan
    from s3ecs.engine.resource import Resource
    from s3ecs.engine.stack import Stack
    from s3ecs.spec.model import Spec


def everything(name: str) -> Spec:
    """A spec that asks for a resource of every kind: two jobs, one of a folder, in a network of the stack's own."""
    one = spec(name, Network(managed=ManagedNetwork()))
    (job,) = one.jobs
    return replace(one, jobs=(job, replace(job, name="report", prefix=("reports/",), image=Build(Path("program")))))


class Play:
    """The stack of one spec in one account and region."""

    def __init__(self, aws: Aws, spec: Spec) -> None:
        self.aws, self.spec = aws, spec

    @cached_property
    def stack(self) -> Stack:
        """What the spec means; images are pushed without a registry, for moto keeps manifests."""
        return build(self.spec, replace(self.aws.environment, local=False), lambda *_: Pushed(HASH))

    @property
    def subjects(self) -> tuple[Resource, ...]:
        """The stack's own resources."""
        return tuple(each for each in self.stack.resources if not isinstance(each, Given))

    def observe(self) -> Observation:
        """What each service says."""
        return observe(self.stack, self.aws.fresh(doubting=True))

    def scene(self, resource: Resource, seen: Observation) -> Scene:
        """One of the resources among all others."""
        scene = Scene(self.aws, resource)
        scene.given = dict(seen.observed)
        return scene

    def of_kind(self, kind: str) -> list[Resource]:
        """The stack's own resources of a kind."""
        return [each for each in self.subjects if each.kind == kind]

    def plan(self, *, adopt: bool = False, seen: Observation | None = None) -> Plan:
        """What ``up`` would do; ``seen`` is what has just been observed, if it has."""
        return plan(self.stack, seen or self.observe(), adopt=adopt)

    def plan_down(self, *, delete_data: bool = False) -> Plan:
        """What ``down`` would do."""
        emptied = self.stack.emptied()
        return plan(emptied, observe(emptied, self.aws.fresh(doubting=True)), delete_data=delete_data)

    def status(self) -> Status:
        """What ``status`` says of each resource; like it, this takes the tagging index's word."""
        observation = observe(self.stack, self.aws.fresh())
        found = survey(self.stack, observation)
        return Status(self.spec.name, "here", spec_of(found), hops(found, observation), 0, {})

    def up(self, *, adopt: bool = False) -> None:
        """Make it, or mend it."""
        self.carry_out(self.plan(adopt=adopt))

    def down(self, *, delete_data: bool = False) -> None:
        """Take it away."""
        self.carry_out(self.plan_down(delete_data=delete_data))

    def carry_out(self, planned: Plan) -> None:
        """Do what was planned; every step has to be done."""
        results = apply(planned, self.aws.fresh(), lambda _: None, threading.Event())
        assert results.ok, [(result.step.key, repr(result.error)) for result in results.results if result.error]
