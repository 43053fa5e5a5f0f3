"""No member of an answer is overlooked: each is a setting that is compared, or is left alone for a reason."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.model import MapShape

from .members import ALSO, ANSWERS, ITSELF, NEVER_ASKED, Answer
from .scene import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .scene import Scene

SDK = botocore.session.get_session()
LISTED = [(kind, answer) for kind, answers in ANSWERS.items() for answer in answers]


def inner(shape: Any) -> Any:
    """What lists are lists of."""
    while shape.type_name == "list":
        shape = shape.member
    return shape


def members(shape: Any, known: set[str], before: str = "") -> Iterator[str]:
    """Every member of a structure, and in place of one that is not known as a whole those that are in it."""
    named = dict.fromkeys(shape.key.enum, shape.value) if isinstance(shape, MapShape) else shape.members
    for name, member in named.items():
        path = f"{before}{name}"
        inside = inner(member)
        if any(each.startswith(f"{path}.") for each in known) and inside.type_name == "structure":
            yield from members(inside, known, f"{path}.")
        else:
            yield path


@pytest.mark.parametrize(("kind", "answer"), LISTED, ids=[f"{kind} {answer.call}" for kind, answer in LISTED])
def test_every_member_is_read_or_left_alone_for_a_reason(kind: str, answer: Answer) -> None:
    service, operation = answer.call.split()
    shape = SDK.get_service_model(service).operation_model(operation).output_shape
    for name in filter(None, answer.at.split(".")):
        shape = inner(shape.members[name])
    said = Counter(answer.members)
    assert max(said.values()) == 1, f"{kind}: {answer.call}"
    pages = {"nextToken", "NextToken"} - said.keys()
    assert set(members(shape, set(said))) - pages == said.keys(), f"{kind}: {answer.call}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_read_from_something(kind: str, scene: Callable[[str, str], Scene]) -> None:
    settings = {setting for answer in ANSWERS[kind] for setting in answer.read}
    assert settings - {ITSELF} == scene(kind, f"turn-{kind}").desired.keys()


def test_whatever_s3_could_be_asked_of_a_bucket_is_asked_or_not_for_a_reason() -> None:
    asked = {answer.call.split()[1] for answer in ANSWERS["bucket"]}
    never = {each for names in NEVER_ASKED.values() for each in names.split()}
    there = {each for each in SDK.get_service_model("s3").operation_names if each.startswith("GetBucket")}
    assert there == {each for each in asked | never if each.startswith("GetBucket")}
    assert not asked & never


@pytest.mark.parametrize("kind", KINDS)
def test_reading_makes_no_call_that_is_not_listed(kind: str, scene: Callable[[str, str], Scene]) -> None:
    subject = scene(kind, f"turn-{kind}")
    subject.up()
    made: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        made.add(f"{model.service_model.service_name} {model.name}")

    aws = subject.aws.fresh(doubting=True)
    clients = [aws.s3, aws.events, aws.stepfunctions, aws.ecs, aws.ec2, aws.iam, aws.logs, aws.sqs, aws.client("ecr")]
    for client in clients:
        client.meta.events.register("before-call.*.*", note)
    try:
        assert subject.subject.read(aws) is not None
    finally:
        for client in clients:
            client.meta.events.unregister("before-call.*.*", note)
    listed = {answer.call for answer in ANSWERS[kind]}
    assert listed <= made
    assert made - listed <= ALSO.keys()
