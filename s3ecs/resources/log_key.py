"""What a customer's KMS key has to let CloudWatch Logs do, and what is said where it does not."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from s3ecs.aws.faults import ClientError, code_of, message_of, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.aws.environment import Environment

# AWS: a key that CloudWatch Logs may not use is told as a denial, one that is gone or off as a bad parameter; the words
# are "The specified KMS key does not exist or is not allowed to be used with ..." and "The specified KMS Key Id ...".
UNUSABLE: Final = {"AccessDeniedException", "InvalidParameterException"}
WORDS: Final = "the specified kms key"


def statement(environment: Environment) -> dict[str, Any]:
    """What the policy of the key needs so that the log groups of this account and region can be encrypted with it.

    AWS: the service comes as itself, not in the caller's name, so that a policy of the caller's own does not help.
    """
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{environment.region}.{environment.dns_suffix}"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": environment.arn("logs", "log-group:*")}},
    }


@contextmanager
def usable(environment: Environment) -> Iterator[None]:
    """Gives the refusal of a key a hint: the statement that its policy needs, to be pasted there."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in UNUSABLE or WORDS not in message_of(error).lower():
            raise
        failed = told(error)
        failed.hint = f"add to the policy of the key: {json.dumps(statement(environment))}"
        raise failed from error
