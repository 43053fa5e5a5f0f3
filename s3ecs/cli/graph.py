"""``s3ecs graph``: draw the stack, with each hop's health if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.options import Options, common

if TYPE_CHECKING:
    from s3ecs.report.picture import Picture
    from s3ecs.spec.model import Spec


@click.command
@common
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg"]),
    default="mermaid",
    show_default=True,
    help="svg wants dot (Graphviz) or mmdc (Mermaid's command line) to be installed.",
)
@click.option("--health", is_flag=True, help="Ask the account how each hop is, as status does.")
@click.pass_obj
def command(options: Options, *, form: str, health: bool) -> None:
    """Draw an object's way through the stack: bucket, rule, state machine, task, and where lines and failures go.

    Without --health nothing is sent anywhere. Code hosts and many editors draw Mermaid as it is.
    """
    from s3ecs import spec as specs
    from s3ecs.report import mermaid

    picture = _asked(options) if health else drawn(specs.load(specs.find(options.spec)), options.region)
    if form == "svg":
        click.echo(_svg(picture), nl=False)
    else:
        click.echo("\n".join(mermaid.lines(picture)))


def drawn(spec: Spec, region: str | None = None) -> Picture:
    """Draw a spec's stack offline: what only the account could say stays as the spec has it."""
    from s3ecs.aws.environment import Environment
    from s3ecs.report.picture import picture
    from s3ecs.stack.build import build

    nowhere = Environment(account=spec.account or "${account}", region=region or spec.region or "${region}")
    return picture(build(spec, nowhere))


def _asked(options: Options) -> Picture:
    from s3ecs.cli.work import open_work
    from s3ecs.engine.observe import observe
    from s3ecs.engine.plan import survey
    from s3ecs.report.picture import picture
    from s3ecs.report.status import hops

    work = open_work(options)
    observation = observe(work.stack, work.aws.fresh())
    found = hops(survey(work.stack, observation), observation)
    return picture(work.stack, {f"{hop.kind}/{hop.name}": hop.health for hop in found})


def _svg(picture: Picture) -> bytes:
    """Have the first renderer that is installed draw it.

    Raises UsageError where none is, S3ecsError where it fails.
    """
    import shutil
    import subprocess

    from s3ecs.errors import S3ecsError, UsageError
    from s3ecs.report import dot, mermaid

    hint = "leave out --format svg: what is printed then is drawn wherever Mermaid is"
    renderers = {
        "dot": (["-Tsvg"], dot.lines),
        "mmdc": (["--input", "-", "--output", "-", "--outputFormat", "svg", "--quiet"], mermaid.lines),
    }
    name = next((each for each in renderers if shutil.which(each)), None)
    if name is None:
        raise UsageError(f"an SVG wants {' or '.join(renderers)}, and neither is installed", hint=hint)
    arguments, lines = renderers[name]
    text = "\n".join(lines(picture)) + "\n"
    done = subprocess.run([name, *arguments], input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        raise S3ecsError(f"{name} ended with {done.returncode}: {said[-1]}", hint=hint)
    return done.stdout
