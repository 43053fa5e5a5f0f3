"""Looking ahead before something is made: what a stack relies on and does not make itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from s3ecs.engine.plan import Action
from s3ecs.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3ecs.cli.work import Work
    from s3ecs.engine.plan import Plan
    from s3ecs.engine.resource import Resource
    from s3ecs.preflight import Finding


@contextmanager
def looking_ahead(work: Work) -> Iterator[Callable[[Plan], None]]:
    """Yields what is to be called with the plan: it says what will not do.

    Nothing is said where nothing changes, or where the embedded AWS runs the program itself. Where the tagging index
    knows nothing of the stack it is new, and the account is asked beside the reads; else when there is a plan that
    changes something. What is called raises Refused where a route was really seen to be missing.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        index = work.index()
        is_new = work.home is None and index is not None and not index.result()
        begun = pool.submit(_found, work, work.stack.resources) if is_new else None

        def tell(planned: Plan) -> None:
            if planned.writes and work.home is None:
                _say(work, begun.result() if begun is not None else _found(work, _lacking(planned)))

        yield tell


def _lacking(planned: Plan) -> tuple[Resource, ...]:
    made = (step.resource for step in planned.steps if step.action is Action.CREATE)
    return tuple(resource for resource in made if resource is not None)


def _found(work: Work, lacking: tuple[Resource, ...]) -> list[Finding]:
    from s3ecs import preflight  # not before something changes: it is a tenth of what s3ecs imports

    look = preflight.Look(work.spec, work.stack, work.names, work.aws.fresh(), lacking)
    return preflight.find(look, preflight.BEFORE_UP)


def _say(work: Work, findings: list[Finding]) -> None:
    from s3ecs.preflight import Verdict
    from s3ecs.report.preflight import as_json, warning

    not_ok = [each for each in findings if each.verdict is Verdict.NOT_OK]
    work.talk.event("preflight", not_ok=as_json(not_ok))
    stopping = [finding for finding in not_ok if finding.stops]
    for line in (line for finding in not_ok if finding not in stopping for line in warning(finding)):
        work.talk.say(line)
    if stopping:
        raise Refused("\n".join(f"{each.what}: {each.why}" for each in stopping), hint=stopping[0].hint)
