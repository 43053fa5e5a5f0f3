"""GetResources lists EventBridge rules and ECR repositories; moto's index knows neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.resource_tagging import TaggedResource
from moto.ecr.models import ecr_backends
from moto.resourcegroupstaggingapi.models import make_tag_matcher, match_resource_type

from s3ecs.local import seams

if TYPE_CHECKING:
    from collections.abc import Iterator


def install() -> None:
    """Add them."""
    seams.replace("events.tagged", tagged)
    seams.replace("tagging.resources", resources)


def tagged(events: Any) -> Iterator[TaggedResource]:
    """Moto's event buses, then every rule of every bus."""
    yield from seams.original("events.tagged")(events)
    for bus in list(events.event_buses.values()):
        for rule in list(bus.rules.values()):
            tags = events.tagger.get_tag_dict_for_resource(rule.arn)
            yield TaggedResource(arn=rule.arn, tags=tags, resource_type="events:rule")


def resources(
    index: Any,
    tag_filters: Any = None,
    resource_type_filters: Any = None,
    resource_arn_list: Any = None,
) -> Iterator[TaggedResource]:
    """What moto lists, then the repositories that are asked for."""
    yield from seams.original("tagging.resources")(index, tag_filters, resource_type_filters, resource_arn_list)
    matches = make_tag_matcher(tag_filters)
    ecr = ecr_backends[index.account_id][index.region_name]
    for repository in list(ecr.repositories.values()):
        found = TaggedResource(repository.arn, ecr.tagger.get_tag_dict_for_resource(repository.arn), "ecr:repository")
        wanted = match_resource_type(found.resource_type, resource_type_filters) and matches(found.tags)
        if found.tags and wanted and (not resource_arn_list or found.arn in resource_arn_list):
            yield found
