"""An ECS cluster: the name under which a stack's tasks run on Fargate."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import ClientError, code_of, unless
from s3ecs.aws.hidden import look_into
from s3ecs.engine.resource import Found, Ids, Observed, Props, kept_for
from s3ecs.resources import tasks
from s3ecs.resources.owned import (
    ADOPTED_TAG,
    PART_TAG,
    STACK_TAG,
    Owned,
    Tags,
    asking_for,
    carrying,
    from_pairs,
    nominated,
    to_pairs,
)

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

PROVIDERS: Final = ["FARGATE", "FARGATE_SPOT"]
GONE = {"ClusterNotFoundException"}
USED = {f"ClusterContains{what}Exception" for what in ("Tasks", "Services", "ContainerInstances")}
BUSY = USED | {"UpdateInProgressException"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Cluster(Owned):
    """Its id is its ARN. With ``spot``, tasks may be asked for on spot capacity and beside it on demand."""

    kind: ClassVar[str] = "cluster"
    outlives: ClassVar[bool] = True
    guarded: ClassVar[bool] = True  # AWS: one that anything runs in cannot be deleted

    spot: bool = False

    def desired(self, ids: Ids) -> Props:
        return {**({"capacity_providers": PROVIDERS} if self.spot else {}), "tags": dict(self.tags)}

    def read(self, aws: Aws) -> Observed | None:
        cluster = _described(aws, self.name)
        if cluster is None:
            return None
        tags = _tags(cluster)
        # Providers of others stay, and so do ours when no job wants them any more: they cost nothing.
        known = sorted(set(cluster.get("capacityProviders", ())) & set(PROVIDERS))
        props = {**({"capacity_providers": known} if self.spot else {}), "tags": self.own(tags)}
        return Observed(cluster["clusterArn"], props, tags.get(STACK_TAG), adopted=ADOPTED_TAG in tags)

    def create(self, aws: Aws, props: Props) -> str:
        # AWS: the first use of ECS in an account makes its service-linked role, which is not seen at once.
        providers = {"capacityProviders": props["capacity_providers"]} if self.spot else {}
        tags = to_pairs(props["tags"], "key", "value")
        made = aws.once_roles_are_seen(
            f"cluster {self.name}",
            lambda: aws.ecs.create_cluster(clusterName=self.name, tags=tags, **providers),
        )
        return str(made["cluster"]["clusterArn"])

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        if "capacity_providers" in changed:
            self._put_providers(aws, props["capacity_providers"])
        if "tags" in changed:
            arn = aws.environment.arn("ecs", f"cluster/{self.name}")
            aws.ecs.tag_resource(resourceArn=arn, tags=to_pairs(props["tags"], "key", "value"))

    def _put_providers(self, aws: Aws, wanted: list[str]) -> None:
        # AWS: the call replaces both, so what others have put there is sent along.
        cluster = _described(aws, self.name) or {}
        providers = sorted({*cluster.get("capacityProviders", ()), *wanted})
        strategy = cluster.get("defaultCapacityProviderStrategy", [])
        put = partial(
            aws.ecs.put_cluster_capacity_providers,
            cluster=self.name,
            capacityProviders=providers,
            defaultCapacityProviderStrategy=strategy,
        )
        aws.again_while(
            {"UpdateInProgressException", "ResourceInUseException"},
            f"cluster {self.name} to take its capacity providers",
            lambda: aws.once_roles_are_seen(self.title, put),
            seconds=120,
        )

    @classmethod
    def serves(cls, aws: Aws, name: str) -> str | None:
        services = partial(aws.ecs.list_services, cluster=name, maxResults=1)
        found, answer, running = aws.together(
            partial(_described, aws, name), lambda: unless(GONE, services), partial(tasks.running, aws, name)
        )
        if found is None:
            return None
        if answer and answer["serviceArns"]:
            return "services of others"
        if found.get("registeredContainerInstancesCount"):
            return "container instances of others"
        return "tasks of others" if tasks.are_others(aws, name, running, _tags(found).get(STACK_TAG)) else None

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        """Raises Refused where others have something in it; nothing of theirs is stopped."""

        def gone() -> bool:
            try:
                aws.ecs.delete_cluster(cluster=found.name)
            except ClientError as error:
                if code_of(error) not in GONE | BUSY:
                    raise
                return code_of(error) in GONE
            return True

        def gone_when_emptied() -> bool:
            if gone():
                return True
            if others := cls.serves(aws, found.name):
                raise kept_for(others)
            tasks.stop_own(aws, found.name, _tags(_described(aws, found.name)).get(STACK_TAG))
            return gone()

        if not gone_when_emptied():
            what = f"the tasks of cluster {found.name} to leave"
            aws.wait_until(what, gone_when_emptied, seconds=600, every=3, first=3)

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.arn("ecs", f"cluster/{self.name}")
        yield grant.read("ecs:DescribeClusters", on=arn)
        tagged = asking_for(self.stack)
        yield grant.create("ecs:CreateCluster", "ecs:TagResource", on=arn, when=tagged)
        # AWS: the first cluster of an account makes the role of ECS itself.
        linked = environment.iam("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
        only = {"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}}
        yield grant.create("iam:CreateServiceLinkedRole", on=linked, when=only)
        yield grant.update("ecs:TagResource", on=arn, when=tagged)
        if self.spot:
            yield grant.update("ecs:PutClusterCapacityProviders", on=arn)
        # AWS: "Allow users to delete an Amazon ECS cluster based on tags".
        yield grant.delete("ecs:DeleteCluster", on=arn, when=carrying(self.stack))
        # AWS: services are listed for no resource in particular, and the cluster is a condition.
        yield grant.delete("ecs:ListServices", on=grant.EVERYTHING, when={"ArnEquals": {"ecs:cluster": arn}})
        yield from tasks.stopping(environment, self.name)

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        for arn, name, _ in nominated(aws, stack, aws.environment.arn("ecs", "cluster/")):
            cluster = None if name in known else _described(aws, name)
            if cluster is not None:
                tags = _tags(cluster)
                if tags.get(STACK_TAG) == stack:
                    yield Found(cls.kind, name, arn, tags.get(PART_TAG), adopted=ADOPTED_TAG in tags)


def _described(aws: Aws, name: str) -> dict[str, Any] | None:
    """The cluster, None where it is absent. AWS: a deleted one may linger as INACTIVE."""

    def ask() -> dict[str, Any] | None:
        found = aws.ecs.describe_clusters(clusters=[name], include=["TAGS"])
        look_into("DescribeClusters", found, fine={"MISSING"})
        return next((cluster for cluster in found["clusters"] if cluster["status"] != "INACTIVE"), None)

    return aws.once(f"cluster {name}", ask)


def _tags(described: dict[str, Any] | None) -> Tags:
    return from_pairs((described or {}).get("tags", ()), "key", "value")
