"""A bucket of somebody else's: read, and never written but for the flag that lets it tell EventBridge of objects."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from s3ecs.aws import grant
from s3ecs.engine.resource import Given, Ids, Observed, Props
from s3ecs.errors import Refused
from s3ecs.resources.bucket import head
from s3ecs.resources.bucket_notification import EVENTS, NO_EVENTS, get_events, put_events
from s3ecs.resources.bucket_settings import get_tags
from s3ecs.resources.key import Key  # noqa: TC001 - dataclasses look at annotations
from s3ecs.resources.owned import refuse_own
from s3ecs.resources.spot import Spot

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws


@dataclass(frozen=True, eq=False, kw_only=True)
class ExistingBucket(Given):
    """Its id is its name. ``events`` says whether the flag is to be on; ``down`` leaves it as it is.

    ``encrypted_by`` is the key that its owner encrypts with, None for S3's own: whoever reads or uploads uses it, and
    nothing of it is written.
    """

    kind: ClassVar[str] = "bucket"

    stack: str
    events: bool = True
    encrypted_by: Key | None = None

    def desired(self, ids: Ids) -> Props:
        return {"events": EVENTS if self.events else NO_EVENTS}

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = environment.s3(self.name)
        yield grant.read("s3:ListBucket", "s3:GetBucketNotification", "s3:GetBucketTagging", on=arn)
        yield grant.update("s3:PutBucketNotification", on=arn)

    def read(self, aws: Aws) -> Observed:
        """Raises Refused where it is the stack's own, another account's or in another region.

        And where it is absent, unless all that is asked of it is to tell nobody.
        """
        spot = Spot(aws, self.name)
        found, events, tags = aws.together(partial(head, aws, spot), partial(get_events, spot), partial(get_tags, spot))
        if found is None:
            if not self.events:
                return Observed(self.name, {"events": NO_EVENTS}, None)
            raise Refused(
                f"there is no bucket {self.name}",
                hint="make it, or leave existing: true out of the spec to have it made",
            )
        refuse_own(self.title, tags, self.stack)
        return Observed(self.name, {"events": events}, None)

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        put_events(Spot(aws, self.name), props["events"])
