"""An ECS cluster of somebody else's that a stack's tasks run in: only read."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from s3ecs.aws import grant
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import Refused
from s3ecs.resources.cluster import PROVIDERS
from s3ecs.resources.owned import from_pairs, refuse_own

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

HINT = "name an active cluster under cluster: in the spec, or leave it out for one of the stack's own"


@dataclass(frozen=True, eq=False, kw_only=True)
class ExistingCluster(Given):
    """Its id is its ARN. With ``spot`` it has to have Fargate's capacity providers, for nothing is written to it."""

    kind: ClassVar[str] = "cluster"

    stack: str
    spot: bool = False

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield grant.read("ecs:DescribeClusters", on=environment.arn("ecs", f"cluster/{self.name}"))

    def read(self, aws: Aws) -> Observed:
        """Raises Refused where it is absent, not active, the stack's own, or without the spot that a job wants."""
        found = aws.ecs.describe_clusters(clusters=[self.name], include=["TAGS"])["clusters"]
        if not found:
            raise Refused(f"there is no cluster {self.name} in {aws.environment.region}", hint=HINT)
        (cluster,) = found
        if cluster["status"] != "ACTIVE":
            raise Refused(f"cluster {self.name} is {cluster['status']}, not ACTIVE", hint=HINT)
        refuse_own(self.title, from_pairs(cluster.get("tags", ()), "key", "value"), self.stack)
        providers = sorted(cluster.get("capacityProviders", ()))
        if self.spot and not set(PROVIDERS) <= set(providers):
            raise Refused(
                f"cluster {self.name} has no spot capacity: {' and '.join(PROVIDERS)} are not associated with it",
                hint="have them associated with aws ecs put-cluster-capacity-providers, or leave out spot:",
            )
        props = {"capacity_providers": providers}
        return Observed(cluster["clusterArn"], props, None)
