"""The containers of a task, what they are given and what the roles then may do."""

from __future__ import annotations

from typing import Any

import pytest

from s3ecs.engine.resource import UNKNOWN, Ids, Observed, Props, Resource
from s3ecs.resources import LogGroup, Role, TaskDefinition
from s3ecs.spec.model import Bucket, Job, Secret, Sidecar
from s3ecs.stack.build import build

from .jobs import HERE, IMAGE, job, spec

KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/token"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1B2c3"  # noqa: S105 - an ARN
GIVEN = {
    "parameter/token": PARAMETER,
    "secret/db": SECRET,
    "key-of/parameter token": "",
    "key-of/secret db": KEY,
    "key/alias/uploads": KEY,
}
IDS = Ids({key: Observed(arn, {}, None) for key, arn in GIVEN.items()})
SECRETS = {"TOKEN": Secret("token"), "USER": Secret(None, "db", "user"), "ALL": Secret(None, "db")}


def resources(*jobs: Job, **fields: Any) -> tuple[Resource, ...]:
    return build(spec(*jobs, **fields), HERE).resources


def containers(one: Job) -> list[dict[str, Any]]:
    (definition,) = (each for each in resources(one) if isinstance(each, TaskDefinition))
    found: list[dict[str, Any]] = definition.desired(IDS)["containerDefinitions"]
    return found


def statements(found: tuple[Resource, ...], purpose: str) -> list[dict[str, Any]]:
    (role,) = (each for each in found if isinstance(each, Role) and f"-{purpose}-" in each.name)
    policy: Props = role.desired(IDS)["policies"]["s3ecs"]
    return list(policy["Statement"])


def about(found: list[dict[str, Any]], *actions: str) -> list[dict[str, Any]]:
    return [each for each in found if set(actions) <= set(each["Action"])]


def test_the_worker_comes_first_and_everything_logs_into_one_group() -> None:
    proxy = Sidecar("proxy", "public.ecr.aws/a/proxy:1", command=("-v",), environment={"A": "1"}, cpu=64, memory=128)
    worker, beside = containers(job(sidecars=(proxy,), environment={"ENV": "dev"}))
    assert (worker["name"], worker["essential"], worker["environment"]) == ("worker", True, {"ENV": "dev"})
    assert {key: value for key, value in beside.items() if key != "logConfiguration"} == {
        "name": "proxy",
        "image": "public.ecr.aws/a/proxy:1",
        "essential": False,
        "command": ["-v"],
        "cpu": 64,
        "memory": 128,
        "environment": {"A": "1"},
        "secrets": {},
    }
    assert beside["logConfiguration"] == worker["logConfiguration"]


def test_a_secret_is_named_by_its_arn_and_its_key() -> None:
    (worker,) = containers(job(secrets=SECRETS))
    assert worker["secrets"] == {"ALL": SECRET, "TOKEN": PARAMETER, "USER": f"{SECRET}:user::"}


def test_what_is_not_known_yet_is_no_part_of_a_text() -> None:
    (definition,) = (each for each in resources(job(secrets=SECRETS)) if isinstance(each, TaskDefinition))
    (worker,) = definition.desired(Ids({}))["containerDefinitions"]
    assert set(worker["secrets"].values()) == {UNKNOWN}


def test_the_execution_role_reads_what_the_containers_need_and_nothing_else() -> None:
    proxy = Sidecar("proxy", "a/proxy:1", secrets={"PASSWORD": Secret(None, "db", "password")})
    found = resources(job(secrets={"TOKEN": Secret("token")}, sidecars=(proxy,)))
    execution = statements(found, "execution")
    assert [each["Resource"] for each in about(execution, "ssm:GetParameters")] == [[PARAMETER]]
    assert [each["Resource"] for each in about(execution, "secretsmanager:GetSecretValue")] == [[SECRET]]
    (decrypt,) = about(execution, "kms:Decrypt")  # the parameter's key needs none
    assert decrypt["Resource"] == [KEY]
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": ["secretsmanager.us-east-1.amazonaws.com"]}}
    assert not about(statements(found, "task"), "kms:Decrypt")
    assert not [each for each in statements(found, "task") if "secret" in str(each) or "ssm" in str(each)]


def test_every_image_of_ecr_may_be_pulled() -> None:
    sidecars = (Sidecar("proxy", "a/proxy:1"), Sidecar("other", "public.ecr.aws/b/c:1"), Sidecar("same", IMAGE))
    (pull,) = about(statements(resources(job(sidecars=sidecars)), "execution"), "ecr:BatchGetImage")
    repository = "arn:aws:ecr:us-east-1:123456789012:repository"
    assert pull["Resource"] == [f"{repository}/a/proxy", f"{repository}/convert"]


def test_two_jobs_that_read_one_secret_look_at_it_once() -> None:
    found = resources(job("one", secrets=SECRETS), job("two", prefix=("b/",), secrets=SECRETS))
    assert sorted(each.kind for each in found if each.kind in ("secret", "parameter", "key-of")) == [
        "key-of",
        "key-of",
        "parameter",
        "secret",
    ]


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize("writes", [False, True])
def test_a_program_may_decrypt_what_it_reads_and_encrypt_where_it_writes(*, writes: bool, existing: bool) -> None:
    into = "arn:aws:s3:::${account}-uploads/out/*" if writes else "arn:aws:s3:::elsewhere/*"
    policy = ({"Effect": "Allow", "Action": ["s3:Put*"], "Resource": [into]},)
    bucket = Bucket("${account}-uploads", existing=existing, kms_key="alias/uploads")
    found = resources(job(prefix=("in/",), policy=policy), bucket=bucket)
    (statement,) = about(statements(found, "task"), "kms:Decrypt")
    assert statement["Action"] == sorted(["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])])
    assert statement["Resource"] == [KEY]
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}}
    assert not about(statements(found, "execution"), "kms:Decrypt")


def test_a_hardened_job_writes_to_tmp_only_in_every_container() -> None:
    worker, proxy = containers(job(hardened=True, memory=2048, sidecars=(Sidecar("proxy", "a", memory=256),)))
    for container, size in ((worker, 1024), (proxy, 128)):
        assert container["readonlyRootFilesystem"] is True
        assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
        (scratch,) = container["linuxParameters"]["tmpfs"]
        assert (scratch["containerPath"], scratch["size"]) == ("/tmp", size)  # noqa: S108
        assert "mode=1777" in scratch["mountOptions"]
    assert all("linuxParameters" not in each for each in containers(job(sidecars=(Sidecar("proxy", "a"),))))


def test_a_log_group_of_two_jobs_is_made_once_and_is_no_ones_part() -> None:
    found = resources(
        job("one", log_group="/batch", tags={"team": "one"}),
        job("two", prefix=("b/",), log_group="/batch"),
        job("three", prefix=("c/",), log_group="/own", tags={"team": "three"}),
    )
    groups = {each.name: each for each in found if isinstance(each, LogGroup)}
    assert groups.keys() == {"/aws/vendedlogs/states/s3ecs/go-batch", "/batch", "/own"}
    assert (groups["/batch"].part, groups["/batch"].tags) == (None, {"s3ecs:stack": "go-batch"})
    assert groups["/own"].tags == {"s3ecs:stack": "go-batch", "s3ecs:job": "three", "team": "three"}


def test_a_jobs_tags_are_on_its_resources_over_those_of_the_stack() -> None:
    found = resources(job(tags={"team": "conversion", "more": "1"}), tags={"team": "data", "all": "yes"})
    for each in found:
        tags = getattr(each, "tags", None)
        if tags is not None:
            wanted = {"team": "conversion", "more": "1"} if each.part else {"team": "data"}
            assert wanted.items() <= tags.items()
            assert tags["all"] == "yes"
            assert ("more" in tags) is bool(each.part)


def test_the_cluster_has_spot_where_a_job_wants_it() -> None:
    jobs = (job("one"), job("two", prefix=("b/",), spot=True))
    (with_spot,) = (each for each in resources(*jobs) if each.kind == "cluster")
    (without,) = (each for each in resources(jobs[0]) if each.kind == "cluster")
    assert with_spot.desired(IDS)["capacity_providers"] == ["FARGATE", "FARGATE_SPOT"]
    assert "capacity_providers" not in without.desired(IDS)
