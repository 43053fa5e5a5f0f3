"""A KMS key of somebody else's that the bucket, log groups or secrets are encrypted with."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import UsageError

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Conditions, Grant
    from s3ecs.aws.session import Aws

SYMMETRIC: Final = "SYMMETRIC_DEFAULT"  # AWS: S3 and CloudWatch Logs encrypt with such keys alone


@dataclass(frozen=True, eq=False, kw_only=True)
class Key(Given):
    """Its name is what the spec calls it, an id, an alias or an ARN; its id is the key's own ARN.

    ``said_in`` are the keys of the spec that name it.
    """

    kind: ClassVar[str] = "key"

    said_in: tuple[str, ...]

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield from self.using(environment, "kms:DescribeKey", asked="kms:RequestAlias")

    def using(
        self,
        environment: Environment,
        *actions: str,
        asked: str = "kms:ResourceAliases",
        when: Conditions | None = None,
    ) -> Iterator[Grant]:
        """``actions`` with this key and no other; ``asked`` is the condition that knows a key by its alias.

        AWS: policies know keys by their own ARN alone.
        """
        alias = self.name.rpartition(":")[2]
        if alias.startswith("alias/"):
            named = {"StringEquals" if asked == "kms:RequestAlias" else "ForAnyValue:StringEquals": {asked: alias}}
            together = {
                test: {**(when or {}).get(test, {}), **named.get(test, {})} for test in {**(when or {}), **named}
            }
            yield grant.read(*actions, on=environment.arn("kms", "key/*"), when=together)
        else:
            yield grant.read(*actions, on=arn_of(self.name, environment), when=when)

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where there is no such key here, it is switched off, or of a kind that encrypts nothing."""
        where = " and ".join(f"{each}:" for each in self.said_in)
        found = described(aws, self.name)
        if found is None:
            raise UsageError(
                f"there is no KMS key {self.name} in {aws.environment.region}",
                hint=f"mend {where} in the spec; aws kms list-aliases shows the keys that have one",
            )
        if not found["Enabled"]:
            raise UsageError(
                f"the KMS key {self.name} is not enabled: {found.get('KeyState', 'Disabled')}",
                hint=f"switch it on with aws kms enable-key, or name another in {where}",
            )
        if (spec := found.get("KeySpec", SYMMETRIC)) != SYMMETRIC:
            raise UsageError(
                f"the KMS key {self.name} is not symmetric: {spec}", hint=f"name one that is {SYMMETRIC} in {where}"
            )
        return Observed(found["Arn"], {}, None)


def arn_of(name: str, environment: Environment) -> str:
    """The ARN of a key or of an alias, by whatever it is called."""
    if name.startswith("arn:"):
        return name
    return environment.arn("kms", name if name.startswith("alias/") else f"key/{name}")


def described(aws: Aws, name: str) -> dict[str, Any] | None:
    """What KMS says of a key by its id, alias or ARN, None where it is absent; it is no secret."""
    return aws.once(f"key {name}", lambda: _described(aws, name))


def _described(aws: Aws, name: str) -> dict[str, Any] | None:
    found: Any = unless({"NotFoundException"}, lambda: aws.client("kms").describe_key(KeyId=name))
    return None if found is None else dict(found["KeyMetadata"])
