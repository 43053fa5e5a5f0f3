"""Where a stack lives: account, region and partition; every ARN is computed from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Environment:
    """``dns_suffix`` is what host names of the partition end with; ``local`` says that this is the embedded AWS."""

    account: str
    region: str
    partition: str = "aws"
    dns_suffix: str = "amazonaws.com"
    local: bool = False

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def iam(self, resource: str) -> str:
        """The ARN of something of IAM, which knows no regions."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"

    def s3(self, resource: str) -> str:
        """The ARN of a bucket, or of objects as ``BUCKET/KEY``."""
        return f"arn:{self.partition}:s3:::{resource}"
