"""What ``up`` does about images before and after everything else. Imported by commands' bodies only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from s3ecs.aws.faults import told
from s3ecs.cli.parts import parts_of
from s3ecs.engine.plan import Action
from s3ecs.engine.resource import UNKNOWN
from s3ecs.errors import Refused
from s3ecs.image.held import look
from s3ecs.resources.image import Image
from s3ecs.resources.superseded import TooMany, in_use, superseded

if TYPE_CHECKING:
    from s3ecs.cli.work import Work
    from s3ecs.engine.plan import Plan
    from s3ecs.engine.resource import Found


def ready_to_build(work: Work, planned: Plan) -> None:
    """Raises UsageError where an image is to be made and nobody could build it."""
    if _wanted(planned):
        work.making.cli()


def build_first(work: Work, planned: Plan) -> None:
    """Build what will be pushed: where that fails, nothing was changed anywhere.

    Raises UsageError also for an image that the job could not run.
    """
    parts = {part.repository(work.names): part for part in parts_of(*work.spec.jobs)}
    for image in _wanted(planned):
        work.talk.say(f"building image {image.name}")
        if held := look(work.making.cli(), image.contents.make()):
            parts[image.name].check(held)


def delete_superseded(work: Work) -> None:
    """Delete the images beyond those that are kept, but for those that something still names."""
    images = [each for each in work.stack.resources if isinstance(each, Image)]
    aws, keep = work.aws, work.spec.keep_images
    if not images:
        return
    try:
        found = [
            old
            for each in aws.together(*(partial(superseded, aws, image.name, keep) for image in images))
            for old in each
        ]
        used = in_use(aws, work.cluster) if found else frozenset[str]()
        for old in found:
            if old.id.rpartition("@")[2] not in used:
                _delete(work, old)
    except TooMany as answer:
        work.talk.say(f"  {answer}: images that are no longer used stay")
    except Exception as error:
        raise told(error, "deleting images that are no longer used") from error


def _delete(work: Work, old: Found) -> None:
    try:
        Image.delete(work.aws, old, data=True)
    except Refused as kept:
        work.talk.say(f"  image {old.id}: {kept}")
        return
    work.talk.say(f"  deleted image {old.id}")
    work.talk.event("deleted", kind=old.kind, name=old.id)


def remarked(planned: Plan) -> Plan:
    """What has changed in the folder of each image."""
    remarks = {step.key: _remark(step.resource, planned) for step in planned.steps if isinstance(step.resource, Image)}
    return replace(planned, remarks=remarks)


def _remark(image: Image, planned: Plan) -> str:
    known = planned.ids.of(image) is not UNKNOWN
    uri = planned.ids.of(image.repository)
    if known:
        return "unchanged"
    return "built anew" if image.anew else image.contents.changed(None if uri is UNKNOWN else uri)


def _wanted(planned: Plan) -> list[Image]:
    made = (step.resource for step in planned.steps if step.action is Action.CREATE)
    return [each for each in made if isinstance(each, Image)]
