"""Where moto answers any client otherwise than AWS does: a file for each gap, which goes when moto mends it."""

from __future__ import annotations

from s3ecs.local.gaps import (
    bucket_policy,
    clusters,
    default_vpc,
    keys,
    log_keys,
    machines,
    nat_gateways,
    new_bucket,
    new_task_definition,
    notification,
    patterns,
    queue_policy,
    retention,
    role_names,
    roles,
    tagging_index,
    targets,
    task_definitions,
    vpc_endpoints,
)


def install() -> None:
    """Mend all of them."""
    for gap in (
        *(
            bucket_policy,
            clusters,
            default_vpc,
            keys,
            log_keys,
            machines,
            nat_gateways,
            new_bucket,
            new_task_definition,
            notification,
        ),
        *(
            patterns,
            queue_policy,
            retention,
            role_names,
            roles,
            tagging_index,
            targets,
            task_definitions,
            vpc_endpoints,
        ),
    ):
        gap.install()
