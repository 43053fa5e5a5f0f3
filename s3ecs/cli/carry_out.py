"""What ``up`` and ``down`` share: show the plan, ask, apply, say what came of it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from s3ecs.aws.faults import told
from s3ecs.aws.hints import BUSY
from s3ecs.engine.apply import Outcome, Result, Results, apply
from s3ecs.errors import CallFailed, Interrupted, Refused, S3ecsError, UsageError
from s3ecs.report.plan import as_json, lines
from s3ecs.report.talk import DOING
from s3ecs.report.text import count, kind, somebody_answers

if TYPE_CHECKING:
    from s3ecs.cli.work import Work
    from s3ecs.engine.plan import Action, Plan

AGAIN = "run the command again; it goes on from what is there"


def show(work: Work, planned: Plan, *, asking: bool) -> None:
    """The plan, before anything happens; whoever is asked about it sees it whatever was said of talk."""
    say = work.talk.insist if asking and planned.writes and somebody_answers() else work.talk.say
    say(f"{planned.stack} in {work.where}")
    for line in lines(planned):
        say(line)
    work.talk.event("plan", **as_json(planned))


def agree(question: str, *, yes: bool) -> None:
    """Go on only with a yes: the flag, or an answer in a terminal.

    Raises UsageError where nobody can be asked, Refused for a no.
    """
    if yes:
        return
    if not somebody_answers():
        raise UsageError(f"{question} Nobody can be asked here.", hint="pass --yes to go ahead")
    if not click.confirm(question, err=True):
        raise Refused("nothing was done", hint="answer y, or pass --yes, to go ahead")


def protect(work: Work, planned: Plan, against: Action, *, force: bool) -> None:
    """Raises Refused where the spec protects the stack ``against`` what is planned for some of it."""
    if force or not work.spec.termination_protection:
        return
    if spared := [f"{kind(step.kind)} {step.name}" for step in planned.steps if step.action is against]:
        raise Refused(
            f"termination_protection: true in the spec forbids {DOING[against]} {', '.join(spared)}; nothing was done",
            hint="set it to false in the spec, or pass --force",
        )


def confirm_data(name: str, confirmed: str | None) -> None:
    """Deleting data wants the stack's name. Raises UsageError where nobody can be asked, Refused for another name."""
    if confirmed is None:
        if not somebody_answers():
            raise UsageError("deleting data wants the stack's name", hint=f"pass --confirm {name}")
        confirmed = click.prompt("This deletes data. The stack's name", err=True)
    if confirmed != name:
        raise Refused(f"{confirmed!a} is not the stack's name; nothing was done", hint=f"pass --confirm {name}")


def carry_out(work: Work, planned: Plan) -> Results:
    """Apply the plan and tell every step; raises what failed, all of it, or Interrupted, at the end."""
    with work.talk.live() if planned.writes else nullcontext():
        results = apply(planned, work.aws, work.talk.hear, work.aws.stop)
    work.talk.event(
        "end",
        done=len(results.of(Outcome.DONE)),
        failed=len(results.of(Outcome.FAILED)),
        skipped=len(results.of(Outcome.SKIPPED)),
        interrupted=results.interrupted,
    )
    failures = [_told(result) for result in results.of(Outcome.FAILED)]
    if results.interrupted:
        raise _interruption(failures, results)
    if failures:
        raise _failure(failures, results)
    return results


def _interruption(failures: list[S3ecsError], results: Results) -> Interrupted:
    """What is left, and what failed before: a wait that was broken off is no failure of its own."""
    broken_off = [error for error in failures if isinstance(error, Interrupted)]
    left = count(len(results.of(Outcome.SKIPPED)) + len(broken_off), "step")
    messages = [str(error) for error in failures if error not in broken_off]
    return Interrupted("\n".join([*messages, f"interrupted: {left} not done"]), hint=AGAIN)


def _failure(failures: list[S3ecsError], results: Results) -> S3ecsError:
    """All failures, a line each, and what stood behind them."""
    messages = [str(error) for error in failures]
    skipped = results.of(Outcome.SKIPPED)
    if skipped:
        messages.append(f"{count(len(skipped), 'step')} behind that not begun")
    hint = next((error.hint for error in failures if error.hint not in (None, BUSY)), AGAIN)
    nothing_done = not results.of(Outcome.DONE)  # which is what these two promise
    for kind_of_all in (Refused, UsageError):
        if nothing_done and all(isinstance(error, kind_of_all) for error in failures):
            return kind_of_all("\n".join(messages), hint=hint)
    return CallFailed("\n".join(messages), hint=hint)


def _told(result: Result) -> S3ecsError:
    step = result.step
    if result.error is None:
        raise AssertionError(f"{step.key} failed without an error")
    return told(result.error, f"{DOING[step.action]} {kind(step.kind)} {step.name}")
