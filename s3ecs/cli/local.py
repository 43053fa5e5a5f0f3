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

    from s3ecs.local import control
    from s3ecs.local.home import Home

    home = Home.default()
    server = control.find(home)
    if options.as_json:
        told = {"endpoint": server.endpoint, "pid": server.pid} if server else {}
        click.echo(json.dumps({"running": server is not None, "folder": str(home.folder), **told}))
    elif server:
        click.echo(f"the embedded AWS runs at {server.endpoint} (process {server.pid}), its folder is {home.folder}")
    else:
        click.echo(f"the embedded AWS is not running, its folder is {home.folder}")
    return 0 if server else 1


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
