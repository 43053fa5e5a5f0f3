"""``s3ecs down``: take everything away again."""

from __future__ import annotations

import click

from s3ecs.cli.options import Options, common, json_option, yes_option


@click.command
@common
@json_option
@yes_option
@click.option("--delete-data", is_flag=True, help="Also what holds data: objects, log lines, undelivered events.")
@click.option("--confirm", metavar="NAME", help="The stack's name, to confirm --delete-data without a question.")
@click.pass_obj
def command(options: Options, *, yes: bool, delete_data: bool, confirm: str | None) -> None:
    """Take everything away again, what starts runs first. What holds data is kept and named."""
    from s3ecs.cli.carry_out import agree, carry_out, confirm_data, show
    from s3ecs.cli.work import decide, open_work
    from s3ecs.local import programs

    work = open_work(options, to_leave=True)
    name = work.spec.name
    if delete_data and confirm is not None:
        confirm_data(name, confirm)
    stack = work.stack.emptied()
    planned = decide(work, stack, delete_data=delete_data)
    show(work, planned, asking=not yes and confirm is None)
    if planned.writes:
        if delete_data:
            confirm_data(name, confirm)
        else:
            agree("Take it down?", yes=yes)
    carry_out(work, planned)
    if work.home:
        programs.forget(work.home, name)
    work.talk.say(f"{name} is down")
    if planned.kept:
        again = options.command("down", "--delete-data", "--confirm", name)
        work.talk.say(f"what was kept goes with: {again}")
