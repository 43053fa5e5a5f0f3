"""What is somebody else's is read, held against what the spec says of it, and left as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import Refused
from s3ecs.resources import ExistingBucket, ExistingCluster, ExistingRole
from s3ecs.resources.owned import STACK_TAG, to_pairs

from .scene import answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3ecs.aws.session import Aws

STACK = "borrowing"
TRUST = '{"Version": "2012-10-17", "Statement": []}'


def bucket(aws: Aws, name: str, **tags: str) -> ExistingBucket:
    """A bucket that somebody has made."""
    aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.environment.region})
    aws.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": to_pairs(tags)})
    return ExistingBucket(name=name, stack=STACK)


def cluster(aws: Aws, name: str, **tags: str) -> ExistingCluster:
    """A cluster that somebody has made."""
    aws.ecs.create_cluster(clusterName=name, tags=to_pairs(tags, "key", "value"), capacityProviders=["FARGATE"])
    return ExistingCluster(name=name, stack=STACK)


def role(aws: Aws, name: str, **tags: str) -> ExistingRole:
    """A role that somebody has made, under a path of theirs."""
    aws.iam.create_role(RoleName=name, Path="/theirs/", AssumeRolePolicyDocument=TRUST, Tags=to_pairs(tags))
    return ExistingRole(name=name, stack=STACK)


KINDS: dict[str, tuple[Callable[..., Given], Given]] = {
    "bucket": (bucket, ExistingBucket(name="there-is-none", stack=STACK)),
    "cluster": (cluster, ExistingCluster(name="there-is-none", stack=STACK)),
    "role": (role, ExistingRole(name="there-is-none", stack=STACK)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_absent_is_refused(kind: str, aws: Aws) -> None:
    _, absent = KINDS[kind]
    with pytest.raises(Refused, match=f"there is no {kind} there-is-none"):
        absent.read(aws.fresh())


@pytest.mark.parametrize("kind", KINDS)
def test_what_carries_the_stacks_own_tag_is_refused(kind: str, aws: Aws) -> None:
    make, _ = KINDS[kind]
    own = make(aws, f"own-{kind}", **{STACK_TAG: STACK})
    with pytest.raises(Refused, match=f"{kind} own-{kind} was made by this stack"):
        own.read(aws.fresh())


@pytest.mark.parametrize("kind", KINDS)
def test_what_belongs_to_another_stack_may_be_used(kind: str, aws: Aws) -> None:
    make, _ = KINDS[kind]
    theirs = make(aws, f"anothers-{kind}", **{STACK_TAG: "another"})
    assert theirs.read(aws.fresh()).owner is None


def test_a_clusters_capacity_providers_are_read(aws: Aws) -> None:
    shared = cluster(aws, "providing")
    arn = aws.environment.arn("ecs", "cluster/providing")
    assert shared.read(aws.fresh()) == Observed(arn, {"capacity_providers": ["FARGATE"]}, None)


def test_a_cluster_that_is_not_active_is_refused(aws: Aws) -> None:
    shared = cluster(aws, "leaving")
    leaving: list[Any] = [{"clusterName": "leaving", "status": "DEPROVISIONING"}]
    with (
        answering(aws.ecs, "DescribeClusters", "", http=200, clusters=leaving),
        pytest.raises(Refused, match="cluster leaving is DEPROVISIONING, not ACTIVE"),
    ):
        shared.read(aws.fresh())


def test_a_roles_arn_is_read_with_its_path(aws: Aws) -> None:
    assert role(aws, "with-a-path").read(aws.fresh()).id == aws.environment.iam("role/theirs/with-a-path")


def test_a_role_with_another_arn_than_the_specs_is_refused_and_its_own_is_named(aws: Aws) -> None:
    found = role(aws, "mistaken")
    right, wrong = aws.environment.iam("role/theirs/mistaken"), aws.environment.iam("role/mistaken")
    assert replace(found, arns=frozenset({right})).read(aws.fresh()).id == right
    with pytest.raises(Refused, match=f"there is no role {wrong}") as refusal:
        replace(found, arns=frozenset({right, wrong})).read(aws.fresh())
    assert right in (refusal.value.hint or "")


def test_a_bucket_of_another_account_is_refused(aws: Aws) -> None:
    shared = bucket(aws, "of-another-account")
    with (
        answering(aws.s3, "HeadBucket", "403", http=403),
        pytest.raises(Refused, match="belongs to another account"),
    ):
        shared.read(aws.fresh())


def test_a_bucket_in_another_region_is_refused(aws: Aws, clients: Callable[..., Any]) -> None:
    where = {"LocationConstraint": "eu-west-3"}
    clients("s3", region="eu-west-3").create_bucket(Bucket="borrowed-elsewhere", CreateBucketConfiguration=where)
    with pytest.raises(Refused, match="is in eu-west-3"):
        ExistingBucket(name="borrowed-elsewhere", stack=STACK).read(aws.fresh())


def test_every_call_to_a_bucket_names_the_owner_that_it_expects_and_one_writes(aws: Aws) -> None:
    shared = bucket(aws, "expecting")
    seen: dict[str, Any] = {}

    def look(params: dict[str, Any], event_name: str, **_: Any) -> None:
        seen[event_name.rpartition(".")[2]] = params.get("ExpectedBucketOwner")

    aws.s3.meta.events.register("provide-client-params.s3", look)
    try:
        shared.read(aws.fresh())
        shared.update(aws.fresh(), {"events": "EventBridge"}, frozenset({"events"}))
    finally:
        aws.s3.meta.events.unregister("provide-client-params.s3", look)
    assert set(seen.values()) == {aws.environment.account}
    assert {name for name in seen if not name.startswith(("Get", "Head"))} == {"PutBucketNotificationConfiguration"}


def test_a_cluster_without_spot_is_refused_to_a_job_that_wants_it(aws: Aws) -> None:
    wanted = replace(cluster(aws, "theirs-for-spot"), spot=True)
    with pytest.raises(Refused, match="has no spot capacity") as caught:
        wanted.read(aws.fresh())
    assert caught.value.hint
    aws.ecs.put_cluster_capacity_providers(
        cluster=wanted.name, capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=[]
    )
    assert wanted.read(aws.fresh()).props["capacity_providers"] == ["FARGATE", "FARGATE_SPOT"]
