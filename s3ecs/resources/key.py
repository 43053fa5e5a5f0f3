"""A KMS key of somebody else's that the stack's bucket or secrets are encrypted with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws


@dataclass(frozen=True, eq=False, kw_only=True)
class Key(Given):
    """Its name is what the spec calls it, an id, an alias or an ARN; its id is the key's own ARN."""

    kind: ClassVar[str] = "key"

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where there is no such key here, or it is switched off."""
        found = described(aws, self.name)
        if found is None:
            raise UsageError(
                f"there is no KMS key {self.name} in {aws.environment.region}",
                hint="mend kms_key: in the spec; aws kms list-aliases shows the keys that have one",
            )
        if not found["Enabled"]:
            raise UsageError(
                f"the KMS key {self.name} is not enabled: {found.get('KeyState', 'Disabled')}",
                hint="switch it on with aws kms enable-key, or name another in kms_key:",
            )
        return Observed(found["Arn"], {}, None)


def described(aws: Aws, name: str) -> dict[str, Any] | None:
    """What KMS says of a key by its id, alias or ARN, None where it is absent; it is no secret."""
    return aws.once(f"key {name}", lambda: _described(aws, name))


def _described(aws: Aws, name: str) -> dict[str, Any] | None:
    found: Any = unless({"NotFoundException"}, lambda: aws.client("kms").describe_key(KeyId=name))
    return None if found is None else dict(found["KeyMetadata"])
