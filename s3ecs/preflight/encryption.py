"""A bucket of somebody else's that a customer's key encrypts: may the jobs' roles use the key?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from s3ecs.preflight.finding import Finding, Verdict, found_out
from s3ecs.resources import ExistingBucket, Role, TaskDefinition
from s3ecs.resources.bucket_settings import get_encryption
from s3ecs.resources.key import Key, arn_of, described
from s3ecs.resources.spot import Spot
from s3ecs.spec import globs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.preflight import Look

GROUP: Final = "encryption"
# AWS: a key that the account has without asking for one; its own policy lets in whoever comes by way of S3.
AWS_MANAGED: Final = "alias/aws/s3"
DECRYPT: Final = "kms:decrypt"
SOME: Final = 3
"""So many jobs are told by name."""


def check(look: Look) -> list[Finding]:
    """One finding, and none for a bucket that the stack makes."""
    buckets = [each for each in look.stack.resources if isinstance(each, ExistingBucket)]
    return [finding for each in buckets for finding in found_out(GROUP, each.title, partial(_readable, look, each))]


def _readable(look: Look, bucket: ExistingBucket) -> Iterator[Finding]:
    seen = get_encryption(Spot(look.aws, bucket.name))
    if seen == "none":  # AWS: every bucket has some, so this one is not there, which is told among what is given
        return
    # AWS: without a key of its own, aws:kms means the AWS managed one too.
    if isinstance(seen, str) or seen["key"].rpartition(":")[2] == AWS_MANAGED:
        yield Finding(GROUP, bucket.title, Verdict.OK)
        return
    key, definitions = seen["key"], [each for each in look.stack.resources if isinstance(each, TaskDefinition)]
    own = [(str(each.part), each.task_role) for each in definitions if isinstance(each.task_role, Role)]
    if not own:
        why = f"encrypted with {key}, and what the jobs' existing roles may use is not looked at"
        yield Finding(GROUP, bucket.title, Verdict.SKIPPED, why)
    elif out := [job for job, role in own if not any(_opens(look, each, key) for each in role.statements)]:
        why = f"encrypted with {key}, which the spec does not name: {_some(out)} could not read it"
        yield Finding(
            GROUP, bucket.title, Verdict.NOT_OK, why, f"name it in the spec beside existing: true: kms_key: {key}"
        )
    else:
        yield Finding(GROUP, bucket.title, Verdict.OK, f"encrypted with {key}")


def _opens(look: Look, statement: dict[str, Any], key: str) -> bool:
    """Whether a statement lets a role decrypt with the key; a Condition of the spec's does not count."""
    return (
        statement["Effect"] == "Allow"
        and any(globs.matches(action.lower(), DECRYPT) for action in statement["Action"])
        and any(_is(look, each, key) for each in statement["Resource"])
    )


def _is(look: Look, named: Key | str, key: str) -> bool:
    """Whether a resource of a policy is the key that the bucket is encrypted with, called as S3 calls it."""
    arn = arn_of(key, look.aws.environment)
    if isinstance(named, str):
        return globs.matches(named, arn)
    found = None if arn_of(named.name, look.aws.environment) == arn else described(look.aws, named.name)
    return found is None or found["Arn"] == arn


def _some(jobs: list[str]) -> str:
    more = len(jobs) - SOME
    return ", ".join(jobs[:SOME]) + (f" and {more} more" if more > 0 else "")
