"""``s3ecs down``: take everything away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.options import Options, common, force_option, json_option, yes_option

if TYPE_CHECKING:
    from s3ecs.cli.work import Work


@click.command
@common
@json_option
@yes_option
@click.option(
    "--delete-data", is_flag=True, help="Also what holds data: objects, images, log lines, undelivered events."
)
@click.option("--confirm", metavar="NAME", help="The stack's name, to confirm --delete-data without a question.")
@click.option(
    "--switch-off-events",
    is_flag=True,
    help="Also take the flag off an existing bucket that lets it tell EventBridge of objects. Only you know whether "
    "rules of others listen.",
)
@force_option
@click.pass_obj
def command(
    options: Options, *, yes: bool, delete_data: bool, confirm: str | None, switch_off_events: bool, force: bool
) -> None:
    """Take everything away again, what starts runs first. What holds data is kept and named."""
    from s3ecs.cli.carry_out import agree, carry_out, confirm_data, protect, show
    from s3ecs.cli.work import decide, forget_stack, open_work
    from s3ecs.engine.plan import Action
    from s3ecs.errors import UsageError
    from s3ecs.stack.existing import with_events_off

    work = open_work(options, to_leave=True)
    name = work.spec.name
    if delete_data and confirm is not None:
        confirm_data(name, confirm)
    existing = work.spec.bucket.existing
    if switch_off_events and not existing:
        raise UsageError(
            f"bucket {work.bucket} is the stack's own, so --switch-off-events has nothing to do",
            hint="leave it out: what the stack made goes with it",
        )
    stack = work.stack.emptied()
    if switch_off_events:
        stack = with_events_off(stack)
    planned = decide(work, stack, delete_data=delete_data)
    show(work, planned, asking=confirm is None if delete_data else not yes)
    protect(work, planned, Action.DELETE, force=force)
    if planned.writes:
        if delete_data:
            confirm_data(name, confirm)
        else:
            agree("Take it down?", yes=yes)
    carry_out(work, planned)
    forget_stack(work)
    work.talk.say(f"{name} is down")
    if existing:
        work.talk.say(_of_the_bucket(work, switched_off=switch_off_events))
    if any(step.found and not (step.found.adopted or step.found.serves) for step in planned.kept):
        again = options.command("down", "--delete-data", "--confirm", name)
        work.talk.say(f"what was kept goes with: {again}")


def _of_the_bucket(work: Work, *, switched_off: bool) -> str:
    """What has become of the existing bucket, of which nothing but its flag was touched; others may have deleted it."""
    from s3ecs.aws.faults import is_of_the_sdk
    from s3ecs.errors import Refused
    from s3ecs.resources.bucket_notification import EVENTS

    (bucket,) = (each for each in work.stack.resources if each.kind == "bucket")
    left = f"bucket {work.bucket} {'tells EventBridge no more' if switched_off else 'is left as it is'}"
    try:
        seen = bucket.read(work.aws)
    except Refused as refused:
        return str(refused)
    except Exception as error:
        if is_of_the_sdk(error):  # the stack is down all the same
            return left
        raise
    if switched_off or seen is None or seen.props["events"] != EVENTS:
        return left
    again = work.options.command("down", "--switch-off-events")
    return f"{left} and goes on telling EventBridge; to end that: {again}"
