"""A look ahead: what a stack relies on is there, or told not to be, and what may not be asked for is skipped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from s3ecs import preflight
from s3ecs.preflight import Verdict, images, quotas, routes, trust
from s3ecs.spec.model import Network, Secret

from .looking import REGION, denied, look, verdicts

if TYPE_CHECKING:
    import pytest

    from s3ecs.aws.session import Aws

ECS = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}


def test_what_may_not_be_asked_is_skipped(aws: Aws) -> None:
    with denied(aws.ec2, "DescribeRouteTables"):
        assert verdicts(routes.check(look(aws))) == [(Verdict.SKIPPED, "may not ask (AccessDenied)")]
    with denied(aws.iam, "GetAccountSummary"):
        found = quotas.check(look(aws))
    assert (Verdict.SKIPPED, "may not ask (AccessDenied)") in verdicts(found)


def test_an_image_is_looked_for_where_it_should_be(aws: Aws) -> None:
    ecr = aws.client("ecr")
    assert verdicts(images.check(look(aws))) == [(Verdict.NOT_OK, "there is no repository ahead")]
    ecr.create_repository(repositoryName="ahead")
    assert verdicts(images.check(look(aws))) == [(Verdict.NOT_OK, "the repository holds no 1")]
    index = {
        "schemaVersion": 2,
        "mediaType": images.MANIFESTS[0],
        "manifests": [
            {
                "mediaType": images.MANIFESTS[2],
                "digest": f"sha256:{'0' * 64}",
                "size": 1,
                "platform": {"architecture": "amd64", "os": "linux"},
            }
        ],
    }
    ecr.put_image(repositoryName="ahead", imageTag="1", imageManifest=json.dumps(index))
    assert verdicts(images.check(look(aws))) == [(Verdict.OK, "")]
    found = images.check(look(aws, architecture="arm64"))
    assert verdicts(found) == [(Verdict.NOT_OK, "it is for linux on amd64, not on arm64")]
    elsewhere = images.check(look(aws, image="public.ecr.aws/a/b:1"))
    assert verdicts(elsewhere) == [(Verdict.SKIPPED, "its registry is not ECR of this region")]


def test_a_role_that_tasks_may_not_take_is_told(aws: Aws) -> None:
    for name, statement in (
        ("ahead-can", ECS),
        ("ahead-cannot", ECS | {"Principal": {"Service": "ec2.amazonaws.com"}}),
    ):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    found = trust.check(look(aws, task_role="ahead-can", execution_role="ahead-cannot"))
    assert {each.what: each.verdict for each in found} == {
        "role ahead-can": Verdict.OK,
        "role ahead-cannot": Verdict.NOT_OK,
    }


def test_room_is_counted_with_what_the_stack_still_lacks(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"source": ["aws.s3"], "detail": {"object": {"key": [{"wildcard": "in/*.csv"}]}}}
    aws.events.put_rule(Name="theirs", EventPattern=json.dumps(theirs))
    found = {each.what: each for each in quotas.check(look(aws, prefix=("a/",), suffix=(".b",)))}
    aws.events.delete_rule(Name="theirs")
    assert found["IAM roles"].verdict is Verdict.OK
    assert found["IAM roles"].why.endswith("4 more wanted")
    assert found["rules with a wildcard"].why == "1 of 30 used, 1 more wanted"
    monkeypatch.setitem(quotas.FEW_RULES, REGION, 0)
    found = {each.what: each for each in quotas.check(look(aws))}
    assert found["rules of the default event bus"].verdict is Verdict.NOT_OK


def test_what_is_given_and_not_there_is_told_for_each(aws: Aws) -> None:
    nowhere = Network(subnets=("subnet-0123456789abcdef0",))
    secrets = {"TOKEN": Secret(parameter="/ahead/nothing")}
    found = preflight.find(look(aws, nowhere, task_role="ahead-nobody", secrets=secrets))
    given = {each.what: each.verdict for each in found if each.group == "given"}
    absent = ("parameter /ahead/nothing", "network tasks", "role ahead-nobody")
    assert given == dict.fromkeys(absent, Verdict.NOT_OK)
