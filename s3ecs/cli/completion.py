"""``s3ecs completion``: what makes a shell complete commands, options and job names."""

from __future__ import annotations

import click

from s3ecs.cli.options import Options

LOADING = {
    "bash": """eval "$(s3ecs completion bash)" in ~/.bashrc""",
    "zsh": """eval "$(s3ecs completion zsh)" after compinit in ~/.zshrc""",
    "fish": "s3ecs completion fish | source in ~/.config/fish/config.fish",
}
"""By shell, what loads its script in every session."""


def job_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The spec's jobs that begin with what is typed so far, read offline; none where the spec cannot be read."""
    from s3ecs import spec as specs
    from s3ecs.errors import S3ecsError

    try:
        jobs = specs.load(specs.find(context.ensure_object(Options).spec)).jobs
    except S3ecsError:  # the command itself will tell it
        return []
    return [job.name for job in jobs if job.name.startswith(incomplete)]


@click.command
@click.argument("shell", type=click.Choice(list(LOADING)))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands, options and job names; its last line says how to load it."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise AssertionError(f"click has no completion for {shell}")
    program = context.find_root().command
    script = kind(program, {}, "s3ecs", "_S3ECS_COMPLETE").source().rstrip()
    # click: its script for fish takes a description apart at every comma, though only the first one is its own.
    click.echo(script.replace('string split ","', 'string split --max 1 ","'))
    click.echo(f"# To have it in every session: {LOADING[shell]}")
