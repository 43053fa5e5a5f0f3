"""An ECS cluster of somebody else's that a stack's tasks run in: only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import Refused
from s3ecs.resources.owned import from_pairs, refuse_own

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws

HINT = "name an active cluster under cluster: in the spec, or leave it out for one of the stack's own"


@dataclass(frozen=True, eq=False, kw_only=True)
class ExistingCluster(Given):
    """Its id is its ARN."""

    kind: ClassVar[str] = "cluster"

    stack: str

    def read(self, aws: Aws) -> Observed:
        """Raises Refused where it is absent, not active, or the stack's own."""
        found = aws.ecs.describe_clusters(clusters=[self.name], include=["TAGS"])["clusters"]
        if not found:
            raise Refused(f"there is no cluster {self.name} in {aws.environment.region}", hint=HINT)
        (cluster,) = found
        if cluster["status"] != "ACTIVE":
            raise Refused(f"cluster {self.name} is {cluster['status']}, not ACTIVE", hint=HINT)
        refuse_own(self.title, from_pairs(cluster.get("tags", ()), "key", "value"), self.stack)
        props = {"capacity_providers": sorted(cluster.get("capacityProviders", ()))}
        return Observed(cluster["clusterArn"], props, None)
