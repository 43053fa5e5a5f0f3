"""The spec that was applied last, as its hash: one tag of the queue for dead letters, which every stack has."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from s3ecs.aws import grant, trace
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props, Resource
from s3ecs.resources.queue import GONE, Queue, attributes_of, tags_of, url_of

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

SPEC_TAG: Final = "s3ecs:spec"


@dataclass(frozen=True, eq=False, kw_only=True)
class AppliedSpec(Resource):
    """Written when all else of an ``up`` has been done, so it names the spec that the account once was as it says.

    Its id is the queue's. It has no tags and is ours as the queue is.
    """

    kind: ClassVar[str] = "applied-spec"
    comes_last: ClassVar[bool] = True

    queue: Queue
    hash: str

    def desired(self, ids: Ids) -> Props:
        return {"hash": self.hash}

    def read(self, aws: Aws) -> Observed | None:
        url = url_of(aws.environment, self.queue.name)
        _, tags = aws.all_of_it(lambda: attributes_of(aws, url), lambda: tags_of(aws, url))
        found = (tags or {}).get(SPEC_TAG)
        return None if found is None else Observed(url, {"hash": found}, self.queue.stack)

    def create(self, aws: Aws, props: Props) -> str:
        url = url_of(aws.environment, self.queue.name)
        with trace.marked("note"):
            aws.sqs.tag_queue(QueueUrl=url, Tags={SPEC_TAG: props["hash"]})
        return url

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        self.create(aws, props)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        unless(GONE, lambda: aws.sqs.untag_queue(QueueUrl=found.id, TagKeys=[SPEC_TAG]))

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.arn("sqs", self.queue.name)
        yield grant.read("sqs:GetQueueAttributes", "sqs:ListQueueTags", on=arn)
        yield grant.create("sqs:TagQueue", on=arn)
        yield grant.update("sqs:TagQueue", on=arn)
        yield grant.delete("sqs:UntagQueue", on=arn)

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        yield from ()  # it goes with its queue
