"""Reading: everything that the account says of a stack, in one wave."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from s3ecs.engine.resource import Found, Given, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3ecs.engine.resource import Observed
    from s3ecs.engine.stack import Stack

WORKERS = 32


@dataclass(frozen=True)
class Observation:
    """``observed`` by key for what is wanted, None where absent; ``found`` is the stack's and not wanted.

    ``foreign`` names what stands under one of our names and does not carry the stack's tag. ``held`` says in words, by
    key, what data is held by those of the wanted that a replacement could cost it.
    """

    observed: Mapping[str, Observed | None]
    found: tuple[Found, ...]
    foreign: tuple[str, ...]
    held: Mapping[str, str] = field(default_factory=dict)


def observe(stack: Stack, aws: Any) -> Observation:
    """Read every resource of ``stack`` and look for others that carry its tag, all at once.

    Raises whatever a read raised first, in the order of the stack.
    """
    dropped = [resource for resource in stack.dropped if not isinstance(resource, Given)]
    twinned = [each for each in (*stack.resources, *dropped) if type(each).twins is not Resource.twins]
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="read") as pool:
        discoveries = [pool.submit(_discover, kind, aws, stack) for stage in stack.stages for kind in stage]
        wanted_reads = [pool.submit(resource.read, aws) for resource in stack.resources]
        dropped_reads = [pool.submit(resource.glance, aws) for resource in dropped]
        twins = [pool.submit(_twins, resource, aws) for resource in twinned]
        holdings = [pool.submit(resource.holds, aws, resource.name) for resource in dropped]
        services = [pool.submit(resource.serves, aws, resource.name) for resource in dropped]
        stakes = {each.key: pool.submit(each.holds, aws, each.name) for each in stack.resources if each.fixed}
        # Every answer is awaited before the first error is raised: nothing runs on behind a message.
        try:
            pool.shutdown(wait=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    observed = {resource.key: read.result() for resource, read in zip(stack.resources, wanted_reads, strict=True)}
    foreign = [
        resource.key
        for resource in stack.resources
        if not isinstance(resource, Given) and (seen := observed[resource.key]) is not None and seen.owner != stack.name
    ]
    found = []
    for resource, read, holding, serving in zip(dropped, dropped_reads, holdings, services, strict=True):
        seen = read.result()
        if seen is None:
            continue
        if seen.owner == stack.name:
            found.append(resource.as_found(seen, holds=holding.result(), serves=serving.result()))
        else:
            foreign.append(resource.key)
    for others in (*twins, *discoveries):
        found.extend(sorted(others.result(), key=lambda each: each.name))
    held = {key: words for key, stake in stakes.items() if observed[key] is not None and (words := stake.result())}
    return Observation(observed, tuple(found), tuple(foreign), held)


def _discover(kind: type[Resource], aws: Any, stack: Stack) -> list[Found]:
    known = frozenset(resource.name for resource in stack.resources + stack.dropped if resource.kind == kind.kind)
    found = [each for each in kind.discover(aws, stack.name, known) if each.name not in known]
    return [replace(each, holds=kind.holds(aws, each.name), serves=kind.serves(aws, each.name)) for each in found]


def _twins(resource: Resource, aws: Any) -> list[Found]:
    return list(resource.twins(aws))
