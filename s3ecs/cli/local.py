"""``s3ecs local``: the embedded AWS of ``--local``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.group import Group
from s3ecs.cli.options import Options, common, json_option, yes_option

if TYPE_CHECKING:
    from s3ecs.local.keeping.inventory import Inventory
    from s3ecs.report.talk import Talk


@click.group(cls=Group)
def command() -> None:
    """The embedded AWS of --local. Every command with --local starts it where it is not running."""


@command.command
@common
@click.pass_obj
def start(options: Options) -> None:
    """Start it with everything that it kept, or find the one that runs."""
    from s3ecs.cli.embedded import serve
    from s3ecs.local.home import Home

    server = serve(Home.default(), _talk(options))
    if not options.quiet:
        click.echo(f"the embedded AWS runs at {server.endpoint} (process {server.pid})")


@command.command
@common
@click.pass_obj
def stop(options: Options) -> None:
    """Stop it and every task that it runs. Stacks, objects and runs come back when it is started again."""
    from s3ecs.local import control
    from s3ecs.local.home import Home

    stopped = control.stop(Home.default())
    if not options.quiet:
        click.echo("the embedded AWS has stopped" if stopped else "the embedded AWS is not running")


@command.command
@common
@json_option
@click.pass_obj
def status(options: Options) -> int:
    """Say whether it runs, where, and what it keeps. Exits with 1 where it does not run."""
    import json
    from dataclasses import asdict

    from s3ecs.local import control, duplicates
    from s3ecs.local.home import Home
    from s3ecs.local.keeping import inventory

    home = Home.default()
    server = control.find(home)
    kept, twice = inventory.take(home), duplicates.wanted(home)
    if options.as_json:
        told = {"endpoint": server.endpoint, "pid": server.pid} if server else {}
        facts = {"running": server is not None, "folder": str(home.folder), "deliveries": 2 if twice else 1}
        click.echo(json.dumps({**facts, "kept": asdict(kept), **told}))
        return 0 if server else 1
    where = f"runs at {server.endpoint} (process {server.pid})" if server else "is not running"
    click.echo(f"the embedded AWS {where}, its folder is {home.folder}")
    click.echo(f"it keeps {_counted(kept)}")
    if twice:
        click.echo("it delivers every object event twice (back to once: s3ecs local deliver --once)")
    return 0 if server else 1


@command.command
@click.option("--twice/--once", default=None, help="How often each following object event is delivered.")
@common
@click.pass_obj
def deliver(options: Options, twice: bool | None) -> None:
    """Deliver object events twice, to develop against duplicates: AWS promises each event at least once, not just once.

    Both deliveries have the same event id, and each starts a run. This holds until --once is asked for.
    """
    from s3ecs.errors import UsageError
    from s3ecs.local import duplicates
    from s3ecs.local.home import Home

    if twice is None:
        raise UsageError("how often is an event to be delivered?", hint="pass --twice or --once")
    duplicates.ask(Home.default(), twice=twice)
    if not options.quiet:
        click.echo(f"every following object event is delivered {'twice' if twice else 'once'}")


@command.command
@common
@yes_option
@click.pass_obj
def reset(options: Options, *, yes: bool) -> None:
    """Stop it and forget everything that it keeps."""
    from s3ecs.cli.carry_out import agree
    from s3ecs.local.home import Home
    from s3ecs.local.keeping import inventory

    home = Home.default()
    kept = _counted(inventory.take(home))
    agree(f"Forget {kept}, and end every task that runs?", yes=yes)
    inventory.forget(home)
    if not options.quiet:
        click.echo(f"the embedded AWS has forgotten {kept}")


@command.command
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("--lines", type=click.IntRange(0), default=100, show_default=True, help="How many of the last lines.")
def logs(*, follow: bool, lines: int) -> None:
    """Print what the server itself has noted: failures of deliveries, of the disk, of moto."""
    from s3ecs.local import server_log
    from s3ecs.local.home import Home
    from s3ecs.report.text import visible

    for line in server_log.read(Home.default(), lines, follow=follow):
        click.echo(visible(line, keep="\t"))


@command.command
@common
@click.pass_obj
def env(options: Options) -> None:
    """Print what other programs need to use it: eval "$(s3ecs local env)", and then the AWS CLI."""
    from s3ecs.cli.work import LOCAL_REGION
    from s3ecs.errors import UsageError
    from s3ecs.local import control
    from s3ecs.local.home import Home

    server = control.find(Home.default())
    if server is None:
        raise UsageError("the embedded AWS is not running", hint="start it: s3ecs local start")
    click.echo(f"export AWS_ENDPOINT_URL={server.endpoint}")
    click.echo(f"export AWS_ACCESS_KEY_ID={server.access_key}")
    click.echo(f"export AWS_SECRET_ACCESS_KEY={server.secret_key}")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):  # some programs know but one of them
        click.echo(f"export {name}={options.region or LOCAL_REGION}")


def _talk(options: Options) -> Talk:
    from s3ecs.report.talk import Talk

    def explain(error: Exception, doing: str) -> Exception:
        from s3ecs.aws.faults import told  # costs more than all the rest of these commands

        return told(error, doing)

    return Talk(quiet=options.quiet, as_json=options.as_json, explain=explain)


def _counted(kept: Inventory) -> str:
    from s3ecs.report.text import count

    return f"{count(kept.stacks, 'stack')}, {count(kept.objects, 'object')} and {count(kept.runs, 'run')}"
