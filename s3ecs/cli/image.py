"""``s3ecs image``: the steps that ``up`` does about images, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from s3ecs.cli.completion import job_names
from s3ecs.cli.group import Group
from s3ecs.cli.options import Options, common, json_option, rebuild_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.image.making import Folder, Making
    from s3ecs.report.talk import Talk
    from s3ecs.spec.model import Spec

job_option = click.option("--job", shell_complete=job_names, help="Only this job's.")


@click.group(cls=Group)
def command() -> None:
    """Build, push or run the image of a job, with docker, podman or finch (also S3ECS_CONTAINER_CLI)."""


@command.command
@common
@json_option
@rebuild_option
@job_option
@click.pass_obj
def build(options: Options, *, rebuild: bool, job: str | None) -> None:
    """Build every folder of the spec here, and print its jobs' containers with the ids of their images."""
    import json

    from s3ecs import spec as specs
    from s3ecs.image.making import Making

    spec = specs.load(specs.find(options.spec))
    making = Making(_talk(options).line, anew=rebuild)
    made = {name: folder.make() for name, folder in _folders(spec, making, job)}
    if options.as_json:
        click.echo(json.dumps(made))
        return
    for name, identity in made.items():
        click.echo(f"{name}\t{identity}")


@command.command
@common
@json_option
@rebuild_option
@job_option
@click.pass_obj
def push(options: Options, *, rebuild: bool, job: str | None) -> None:
    """Build and push what is not there yet, into repositories that are made for it, and print each pinned image.

    Tasks go on with the image that they have until the next up.
    """
    import json
    from dataclasses import replace

    from s3ecs.cli.carry_out import carry_out, show
    from s3ecs.cli.images import build_first, ready_to_build
    from s3ecs.cli.work import decide, open_work
    from s3ecs.errors import UsageError
    from s3ecs.resources.image import Image

    work = open_work(options, rebuild=rebuild)
    if work.home:
        raise UsageError(
            "the embedded AWS has no registry to push to",
            hint=f"build alone: {options.command('image', 'build')}",
        )
    wanted = {name for name, _ in _folders(work.spec, work.making, job)}
    images = [each for each in work.stack.resources if isinstance(each, Image) and each.name in wanted]
    keys = frozenset(key for each in images for key in (each.key, each.repository.key))
    planned = decide(work, work.stack).only(keys)
    show(work, planned, asking=False)
    ready_to_build(work, planned)
    build_first(work, planned)
    carry_out(work, planned)
    there = [replace(each, anew=False).read(work.aws) for each in images]
    pinned = {each.name: seen.id for each, seen in zip(images, there, strict=True) if seen is not None}
    for name, uri in pinned.items() if not options.as_json else ():
        click.echo(f"{name}\t{uri}")
    if options.as_json:
        click.echo(json.dumps({"event": "pushed", "images": pinned}, default=repr))


@command.command
@common
@click.argument("key")
@job_option
@click.pass_obj
def run(options: Options, *, key: str, job: str | None) -> int:
    """Run the image here with the argv and environment that KEY would give, and end with the container's exit code.

    It is given the credentials that this command has itself, wherever those come from, what else the environment says
    for the SDKs of AWS, and those variables that the spec has under secrets.
    """
    from s3ecs.cli.image_run import run_here
    from s3ecs.cli.work import open_work

    return run_here(open_work(options, to_leave=True), key, job)


def _talk(options: Options) -> Talk:
    from s3ecs.report.talk import Talk

    def explain(error: Exception, doing: str) -> Exception:
        from s3ecs.aws.faults import told  # costs more than all the rest of a build that needs no account

        return told(error, doing)

    return Talk(quiet=options.quiet, as_json=False, explain=explain)


def _folders(spec: Spec, making: Making, wanted: str | None) -> Iterator[tuple[str, Folder]]:
    """Repository name and contents of everything that is built. Raises UsageError where nothing is."""
    from s3ecs.cli.parts import parts_of
    from s3ecs.errors import UsageError
    from s3ecs.runs.upload import named
    from s3ecs.spec.image import build_of
    from s3ecs.stack.names import StackNames

    one = named(spec, wanted)
    names = StackNames(spec.name, region="")
    found = False
    for part in parts_of(*((one,) if one else spec.jobs)):
        source = build_of(part.given.image, spec.folder)
        if source is not None:
            found = True
            yield part.repository(names), making(source, part.job.architecture)
    if not found:
        raise UsageError("no image of the spec is a folder", hint="write image: ./FOLDER to have it built")
