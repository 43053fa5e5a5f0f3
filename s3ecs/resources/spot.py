"""A bucket as the place that calls go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3ecs.aws.faults import unless

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws


@dataclass(frozen=True)
class Spot:
    """A bucket of this account: every call names its owner, so that none reaches a stranger's of the same name.

    In one that has just been made (``new``) there is nothing of others to be asked for and kept.
    """

    aws: Aws
    name: str
    new: bool = False

    @property
    def s3(self) -> Any:
        """The client."""
        return self.aws.s3

    @property
    def where(self) -> dict[str, str]:
        """What every call but CreateBucket is given."""
        return {"Bucket": self.name, "ExpectedBucketOwner": self.aws.environment.account}

    def ask(self, operation: str, *absent: str) -> dict[str, Any]:
        """The answer of a reading call; empty where there is no such setting, or no such bucket."""
        if self.new:
            return {}
        call = getattr(self.s3, operation)
        return dict(unless({"NoSuchBucket", *absent}, lambda: call(**self.where)) or {})
