"""Tasks on spot capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from .chain import Pipeline


def test_spot_is_for_clusters_that_have_it(pipeline: Pipeline) -> None:
    pipeline.program()
    spot = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}
    with pytest.raises(ClientError, match="not associated with the cluster"):
        pipeline.ecs.run_task(
            cluster=pipeline.name, taskDefinition=pipeline.name, networkConfiguration=pipeline.network, **spot
        )
    pipeline.ecs.put_cluster_capacity_providers(
        cluster=pipeline.name, capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=[]
    )
    (begun,) = pipeline.ecs.run_task(
        cluster=pipeline.name, taskDefinition=pipeline.name, networkConfiguration=pipeline.network, **spot
    )["tasks"]
    assert begun["capacityProviderName"] == "FARGATE_SPOT"
    assert "launchType" not in begun
    pipeline.stopped(begun["taskArn"])
