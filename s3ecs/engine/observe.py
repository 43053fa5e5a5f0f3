"""Reading: everything that the account says of a stack, in one wave."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from s3ecs.engine.resource import Found, Given, Resource
from s3ecs.errors import Refused, S3ecsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from s3ecs.engine.resource import Observed
    from s3ecs.engine.stack import Stack

T = TypeVar("T")

WORKERS = 32


@dataclass(frozen=True)
class Observation:
    """``observed`` by key for what is wanted, None where absent; ``found`` is the stack's and not wanted.

    ``foreign`` names what stands under one of our names and does not carry the stack's tag. ``held`` says in words, by
    key, what data is held by those of the wanted that a replacement could cost it. ``unusable`` says by key why
    something that the user has to see to, such as what is given or a folder to build, is not there, or cannot be used.
    """

    observed: Mapping[str, Observed | None]
    found: tuple[Found, ...]
    foreign: tuple[str, ...]
    held: Mapping[str, str] = field(default_factory=dict)
    unusable: Mapping[str, UsageError | Refused] = field(default_factory=dict)


def observe(stack: Stack, aws: Any) -> Observation:
    """Read every resource of ``stack`` and look for others that carry its tag, all at once.

    Raises whatever a read raised first, in the order of the stack, with a note that says what was read.
    """
    dropped = [resource for resource in stack.dropped if not isinstance(resource, Given)]
    twinned = [each for each in (*stack.resources, *dropped) if type(each).twins is not Resource.twins]
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="read") as pool:

        def asked(what: str, ask: Callable[[], T]) -> Future[T]:
            return pool.submit(_noting, what, ask)

        discoveries = [
            asked(f"each {kind.kind.replace('-', ' ')} of {stack.name}", partial(_discover, kind, aws, stack))
            for stage in stack.stages
            for kind in stage
        ]
        wanted_reads = [asked(each.title, partial(each.read, aws)) for each in stack.resources]
        dropped_reads = [asked(each.title, partial(each.glance, aws)) for each in dropped]
        twins = [asked(each.title, partial(_twins, each, aws)) for each in twinned]
        holdings = [asked(each.title, partial(each.holds, aws, each.name)) for each in dropped]
        services = [asked(each.title, partial(each.serves, aws, each.name)) for each in dropped]
        stakes = {
            each.key: asked(each.title, partial(each.holds, aws, each.name)) for each in stack.resources if each.fixed
        }
        # Every answer is awaited before the first error is raised: nothing runs on behind a message.
        try:
            pool.shutdown(wait=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    observed: dict[str, Observed | None] = {}
    unusable: dict[str, UsageError | Refused] = {}
    for resource, read in zip(stack.resources, wanted_reads, strict=True):
        try:
            observed[resource.key] = read.result()
        except (UsageError, Refused) as error:
            observed[resource.key], unusable[resource.key] = None, error
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
    return Observation(observed, tuple(found), tuple(foreign), held, unusable)


def _noting(what: str, ask: Callable[[], T]) -> T:
    """The answer to a question; what of the service's it raises is noted to have come of reading ``what``."""
    try:
        return ask()
    except S3ecsError:  # says so itself
        raise
    except Exception as error:
        error.add_note(f"reading {what}")
        raise


def _discover(kind: type[Resource], aws: Any, stack: Stack) -> list[Found]:
    known = frozenset(resource.name for resource in stack.resources + stack.dropped if resource.kind == kind.kind)
    found = [each for each in kind.discover(aws, stack.name, known) if each.name not in known]
    return [replace(each, holds=kind.holds(aws, each.name), serves=kind.serves(aws, each.name)) for each in found]


def _twins(resource: Resource, aws: Any) -> list[Found]:
    return list(resource.twins(aws))
