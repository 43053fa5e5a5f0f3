"""What all resources that a stack owns share: the tag that says so, and the index that finds them by it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from s3ecs.aws import grant
from s3ecs.aws.faults import ClientError, code_of
from s3ecs.engine.resource import Exists, Props, Resource
from s3ecs.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Conditions, Grant
    from s3ecs.aws.session import Aws

STACK_TAG: Final = "s3ecs:stack"
PART_TAG: Final = "s3ecs:job"
ADOPTED_TAG: Final = "s3ecs:adopted"

Tags = dict[str, str]
T = TypeVar("T")


@dataclass(frozen=True, eq=False, kw_only=True)
class Owned(Resource):
    """A resource with tags, among them the one that names its stack.

    What ``outlives`` its stack once it was adopted, for the data of others in it, gets one more that says so.
    """

    outlives: ClassVar[bool] = False

    tags: Mapping[str, str]

    @property
    def stack(self) -> str:
        """The name of the stack that it belongs to."""
        return self.tags[STACK_TAG]

    def adopted(self, props: Props) -> Props:
        return {**props, "tags": {**props["tags"], ADOPTED_TAG: "true"}} if self.outlives else props

    @classmethod
    def seeking(cls, environment: Environment, stack: str) -> Iterator[Grant]:
        yield grant.unleveled("tag:GetResources")

    def own(self, tags: Mapping[str, str]) -> Tags:
        """Of the tags that a service reports only those that we set: the others are somebody else's."""
        return {key: value for key, value in tags.items() if key in self.tags}


def carrying(stack: str) -> Conditions:
    """Only what carries the stack's tag."""
    return {"StringEquals": {f"aws:ResourceTag/{STACK_TAG}": stack}}


def asking_for(stack: str) -> Conditions:
    """Only with the stack's tag in the request."""
    return {"StringEquals": {f"aws:RequestTag/{STACK_TAG}": stack}}


def taking_over(stack: str) -> Conditions:
    """Only what carries no stack's tag yet, and with the stack's tag in the request."""
    return {"Null": {f"aws:ResourceTag/{STACK_TAG}": "true"}} | asking_for(stack)


def indexed(aws: Aws, stack: str) -> dict[str, Tags]:
    """ARN to tags of everything that the tagging index lists for a stack: one list for all kinds.

    AWS: the index lags and lists deleted things, so it only nominates; IAM roles are not in it.
    """

    return aws.once(index_of(stack), lambda: listed(aws.resourcegroupstaggingapi, stack))


def index_of(stack: str) -> str:
    """The question that ``indexed`` asks once."""
    return f"index of {stack}"


def listed(client: Any, stack: str) -> dict[str, Tags]:
    """What the tagging index lists for a stack."""
    only = {"TagFilters": [{"Key": STACK_TAG, "Values": [stack]}], "ResourcesPerPage": 100}
    pages = client.get_paginator("get_resources").paginate(**only)
    return {each["ResourceARN"]: from_pairs(each["Tags"]) for page in pages for each in page["ResourceTagMappingList"]}


def with_tags(
    aws: Aws, wanted: Mapping[str, str], arn: str, describe: Callable[[], T | None], ask: Callable[[], Tags]
) -> tuple[T | None, Tags]:
    """What ``describe`` answers, and the tags of ``arn``.

    Where the index has all tags that are ``wanted`` its word is taken, so that a stack that is as it should be costs
    one list; else, and where the index is doubted, the service itself is asked by ``ask``, which is fine with absence.
    """
    if aws.doubting:
        found, tags = aws.together(describe, ask)
        return found, tags
    found = describe()
    if found is None:
        return None, {}
    listed = indexed(aws, wanted[STACK_TAG]).get(arn, {})
    return found, listed if wanted.items() <= listed.items() else ask()


def nominated(aws: Aws, stack: str, before: str) -> Iterator[tuple[str, str, Tags]]:
    """(ARN, name, tags) of what the index lists for a stack and whose ARN begins with ``before``."""
    for arn, tags in indexed(aws, stack).items():
        if arn.startswith(before):
            yield arn, arn.removeprefix(before), tags


def refuse_own(title: str, tags: Mapping[str, str], stack: str) -> None:
    """Raises Refused where what the spec calls somebody else's carries the tag of the ``stack`` itself.

    Taken for somebody else's it would be forgotten, taken for the stack's own it would one day be deleted.
    """
    if tags.get(STACK_TAG) == stack:
        raise Refused(
            f"{title} was made by this stack, and the spec says that it is somebody else's",
            hint=f"let the spec make it, or take the tag {STACK_TAG} off it to give it away",
        )


@contextmanager
def making(*codes: str) -> Iterator[None]:
    """Turns an answer with one of ``codes`` into Exists."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in codes:
            raise Exists(str(error)) from error
        raise


def to_pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most services want them; Step Functions and ECS spell the words in lower case."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def from_pairs(pairs: Any, key: str = "Key", value: str = "Value") -> Tags:
    """Tags as a mapping."""
    return {pair[key]: pair[value] for pair in pairs}
