"""``s3ecs local``: the embedded AWS of ``--local``."""

from __future__ import annotations

import click

from s3ecs.cli.options import Options, common, json_option


@click.group
def command() -> None:
    """The embedded AWS of --local. Every command with --local starts it where it is not running."""


@command.command
@common
@click.pass_obj
def start(options: Options) -> None:
    """Start it, or find the one that runs."""
    from s3ecs.local import control
    from s3ecs.local.home import Home

    server = control.start(Home.default())
    if not options.quiet:
        click.echo(f"the embedded AWS runs at {server.endpoint} (process {server.pid})")


@command.command
@common
@click.pass_obj
def stop(options: Options) -> None:
    """Stop it and every task that it runs; what it holds is forgotten."""
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
    """Say whether it runs, and where. Exits with 1 where it does not."""
    import json

    from s3ecs.local import control, duplicates
    from s3ecs.local.home import Home

    home = Home.default()
    server = control.find(home)
    twice = duplicates.wanted(home)
    if options.as_json:
        told = {"endpoint": server.endpoint, "pid": server.pid} if server else {}
        state = {"running": server is not None, "folder": str(home.folder), "deliveries": 2 if twice else 1}
        click.echo(json.dumps({**state, **told}))
        return 0 if server else 1
    if server:
        click.echo(f"the embedded AWS runs at {server.endpoint} (process {server.pid}), its folder is {home.folder}")
    else:
        click.echo(f"the embedded AWS is not running, its folder is {home.folder}")
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
