"""Looking ahead before something is made: what a stack relies on and does not make itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3ecs import preflight
from s3ecs.engine.plan import Action
from s3ecs.errors import Refused
from s3ecs.report.preflight import as_json, warning

if TYPE_CHECKING:
    from s3ecs.cli.work import Work
    from s3ecs.engine.plan import Plan
    from s3ecs.preflight import Finding


def look_ahead(work: Work, planned: Plan) -> None:
    """Say what will not do; nothing is asked where nothing changes, or where the embedded AWS runs the program itself.

    Raises Refused where a route was really seen to be missing; what could not be found out never stops anything.
    """
    if not planned.writes or work.home is not None:
        return
    lacking = tuple(
        step.resource for step in planned.steps if step.action is Action.CREATE and step.resource is not None
    )
    look = preflight.Look(work.spec, work.stack, work.names, work.aws.fresh(), lacking)
    not_ok = [each for each in preflight.find(look, preflight.BEFORE_UP) if each.verdict is preflight.Verdict.NOT_OK]
    work.talk.event("preflight", not_ok=as_json(not_ok))
    for finding in not_ok:
        work.talk.say(warning(finding))
    _stop_at(not_ok)


def _stop_at(not_ok: list[Finding]) -> None:
    stopping = [finding for finding in not_ok if finding.stops]
    if stopping:
        raise Refused("\n".join(f"{each.what}: {each.why}" for each in stopping), hint=stopping[0].hint)
