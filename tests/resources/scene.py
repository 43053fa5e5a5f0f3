"""One resource, whatever it needs, and an embedded AWS to try it on."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from s3ecs.engine.apply import apply
from s3ecs.engine.change import ABSENT
from s3ecs.engine.observe import Observation
from s3ecs.engine.plan import Plan, Step, plan
from s3ecs.engine.resource import Found, Ids, Observed, Resource
from s3ecs.engine.stack import Stack
from s3ecs.resources import STAGES
from s3ecs.resources.owned import Owned
from s3ecs.spec.model import Bucket, Build, Job, ManagedNetwork, Network, Sidecar, Spec
from s3ecs.spec.words import parse
from s3ecs.stack.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.session import Aws

KINDS = tuple(kind.kind for stage in STAGES for kind in stage)
TAGGED = tuple(kind for kind in KINDS if kind not in ("applied-spec", "target", "image"))
BUILT = ("repository", "image")
HASH = "0a1b2c3d" * 4
NETWORK = ("vpc", "subnet", "internet-gateway", "elastic-ip", "nat-gateway", "route-table", "vpc-endpoint")


class Pushed:
    """What is in an image, said by its name, and pushed without any registry: moto keeps manifests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failing: Exception | None = None

    def source(self) -> str:
        return self.name

    def make(self) -> str:
        return f"sha256:{self.name}"

    def changed(self, repository: str | None) -> str:
        return f"of {repository}"

    def push(self, aws: Aws, repository: str, tag: str) -> None:
        if self.failing is not None:
            raise self.failing
        manifest = {"schemaVersion": 2, "layers": [{"digest": f"{self.name}-{tag}"}]}
        aws.client("ecr").put_image(
            repositoryName=repository.partition("/")[2],
            imageManifest=json.dumps(manifest),
            imageManifestMediaType="application/vnd.oci.image.manifest.v1+json",
            imageTag=tag,
        )


def spec(name: str, network: Network | None = None, image: str | Build = "registry.example/convert:1") -> Spec:
    """One job, with a tag of the user's own."""
    job = Job(
        name="convert",
        image=image,
        prefix=("target/",),
        command=(parse("{key}"),),
        environment={"ENV": parse("dev")},
        sidecars=(Sidecar(name="proxy", image="registry.example/proxy:1", cpu=64),),
        spot=True,
        ephemeral_storage=40,
        hardened=True,
    )
    return Spec(
        name=name,
        bucket=Bucket(f"${{account}}-{name}", versioning=True),
        jobs=(job,),
        folder=Path(),
        tags={"team": "data"},
        network=network or Network(),
    )


def of_kind(kind: str, name: str, environment: Environment) -> Resource:
    """The last resource of its kind in the stack of this name: what belongs to a job comes after what serves all."""
    network = Network(managed=ManagedNetwork()) if kind in NETWORK else None
    if kind in BUILT:  # the embedded AWS has no registry, so no stack of its own has these
        stack = build(
            spec(name, image=Build(Path("program"))), replace(environment, local=False), lambda *_: Pushed(HASH)
        )
    else:
        stack = build(spec(name, network), environment)
    return [each for each in stack.resources if each.kind == kind][-1]


@dataclass
class Scene:
    """``subject`` is what is looked at; what it needs is made once and stays as it is."""

    aws: Aws
    subject: Resource
    last_id: str = ""

    @cached_property
    def given(self) -> dict[str, Observed | None]:
        """What the subject needs, made the first time that it is wanted."""
        aws, needs = self.aws.fresh(), Stack(self.stack, tuple(_needs(self.subject)), STAGES)
        carry_out(plan(needs, Observation({each.key: each.read(aws) for each in needs.resources}, (), ())), aws)
        aws = self.aws.fresh()
        return {each.key: each.read(aws) for each in needs.resources}

    @property
    def name(self) -> str:
        """The subject's name."""
        return self.subject.name

    @property
    def stack(self) -> str:
        """The name of the stack."""
        return next(each.stack for each in (self.subject, *_needs(self.subject)) if isinstance(each, Owned))

    @property
    def desired(self) -> Mapping[str, Any]:
        """What the subject should be like."""
        return self.subject.desired(Ids(self.given))

    def read(self) -> Observed | None:
        """What the service says of it now."""
        return self.subject.read(self.aws.fresh())

    def seen(self) -> Observed:
        """The same of what has to be there."""
        seen = self.read()
        assert seen is not None
        return seen

    def plan(self) -> Plan:
        """What is to be done now; only the subject is looked at anew."""
        stack = Stack(self.stack, (*_needs(self.subject), self.subject), STAGES)
        return plan(stack, Observation({**self.given, self.subject.key: self.read()}, (), ()))

    def step(self) -> Step:
        """The subject's step in it."""
        (step,) = (step for step in self.plan().steps if step.key == self.subject.key)
        return step

    def up(self) -> None:
        """Do what is to be done."""
        self.carry_out(self.plan())

    def carry_out(self, planned: Plan) -> None:
        """Do what was planned, maybe a while ago."""
        carry_out(planned, self.aws)

    def delete(self, *, data: bool = False) -> None:
        """Delete it as ``down`` does, also where it is gone already."""
        if (seen := self.read()) is not None:
            self.last_id = seen.id
        found = Found(self.subject.kind, self.name, self.last_id)
        type(self.subject).delete(self.aws.fresh(), found, data=data)


def carry_out(planned: Plan, aws: Aws) -> None:
    """Apply the plan; every step has to be done."""
    results = apply(planned, aws.fresh(), lambda _: None, threading.Event())
    assert results.ok, [(result.step.key, repr(result.error)) for result in results.results]


def walk(props: Any, setting: str) -> Any:
    """The value at a dotted path, ABSENT where there is none."""
    for word in setting.split("."):
        key = int(word) if isinstance(props, list) else word
        try:
            props = props[key]
        except (KeyError, IndexError):
            return ABSENT
    return props


@contextmanager
def answering(
    client: Any, operation: str, code: str, *, http: int = 400, times: int = 1, **answer_with: Any
) -> Iterator[list[str]]:
    """The client's next calls of ``operation`` are answered with this error; yields one entry for each of them."""
    answered: list[str] = []

    def answer(**_: Any) -> Any:
        if len(answered) >= times:
            return None
        answered.append(code)
        parsed = answer_with or {"Error": {"Code": code, "Message": "injected"}}
        return SimpleNamespace(status_code=http, headers={}), {**parsed, "ResponseMetadata": {}}

    event = f"before-call.{client.meta.service_model.service_id.hyphenize()}.{operation}"
    client.meta.events.register(event, answer)
    try:
        yield answered
    finally:
        client.meta.events.unregister(event, answer)


def _needs(resource: Resource) -> list[Resource]:
    """Everything that it needs, also indirectly, each once."""
    found: dict[str, Resource] = {}
    for need in resource.needs():
        for each in (*_needs(need), need):
            found.setdefault(each.key, each)
    return list(found.values())
