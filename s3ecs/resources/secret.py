"""What a job's secrets are read from: parameters of SSM and secrets of Secrets Manager, which are somebody else's.

ECS reads the values when it starts a task; nothing here ever asks for one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import UsageError
from s3ecs.resources import key

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

# AWS: the services' own keys need no permission of those who read.
MANAGED_KEYS: Final = "alias/aws/"
UNENCRYPTED: Final = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Source(Given):
    """Where a value is kept. Its name is what the spec calls it, its id its ARN.

    ``action`` is what reading the value takes, ``service`` the name under which that service asks KMS for the key.
    """

    action: ClassVar[str]
    service: ClassVar[str]

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where it is absent, or not where tasks could read it."""
        arn, _ = self.look_up(aws)
        return Observed(arn, {}, None)

    @abstractmethod
    def look_up(self, aws: Aws) -> tuple[str, str]:
        """Its ARN, and an id, alias or ARN of its key, UNENCRYPTED where no customer's key is needed."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Parameter(Source):
    """A parameter of SSM's Parameter Store."""

    kind: ClassVar[str] = "parameter"
    action: ClassVar[str] = "ssm:GetParameters"
    service: ClassVar[str] = "ssm"

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield grant.unleveled("ssm:DescribeParameters")

    def look_up(self, aws: Aws) -> tuple[str, str]:
        name = self.name
        if name.startswith("arn:"):
            own, _, path = name.partition(":parameter/")
            if f"{own}:parameter/" != aws.environment.arn("ssm", "parameter/"):
                raise _elsewhere(f"parameter {name}", aws)
            # AWS: a name without folders has no slash before it, one with folders has.
            name = f"/{path}" if "/" in path else path
        found = aws.once(f"parameter {name}", lambda: _parameters(aws, name))
        if not found:
            raise UsageError(
                f"there is no SSM parameter {name} in {aws.environment.region}",
                hint=f"make it: aws ssm put-parameter --type SecureString --name {name} --value file://PATH",
            )
        arn = aws.environment.arn("ssm", f"parameter/{name.removeprefix('/')}")
        return arn, found[0].get("KeyId", UNENCRYPTED) if found[0].get("Type") == "SecureString" else UNENCRYPTED


@dataclass(frozen=True, eq=False, kw_only=True)
class Secret(Source):
    """A secret of Secrets Manager; its ARN ends in six characters that only AWS knows."""

    kind: ClassVar[str] = "secret"
    action: ClassVar[str] = "secretsmanager:GetSecretValue"
    service: ClassVar[str] = "secretsmanager"

    def grants(self, environment: Environment) -> Iterator[Grant]:
        arn = self.name if self.name.startswith("arn:") else environment.arn("secretsmanager", f"secret:{self.name}")
        # AWS: an ARN may be written without its last six characters, and so is a name.
        yield grant.read("secretsmanager:DescribeSecret", on={arn, f"{arn}-??????"})

    def look_up(self, aws: Aws) -> tuple[str, str]:
        if self.name.startswith("arn:") and self.name.split(":")[3] != aws.environment.region:
            raise _elsewhere(f"secret {self.name}", aws)
        found = aws.once(f"secret {self.name}", lambda: _secret(aws, self.name))
        if found is None:
            raise UsageError(
                f"there is no secret {self.name} in {aws.environment.region}",
                hint="make it: aws secretsmanager create-secret --name NAME --secret-string file://PATH",
            )
        if "DeletedDate" in found:
            raise UsageError(
                f"the secret {self.name} is about to be deleted",
                hint=f"keep it: aws secretsmanager restore-secret --secret-id {self.name}",
            )
        return found["ARN"], found.get("KmsKeyId", UNENCRYPTED)


@dataclass(frozen=True, eq=False, kw_only=True)
class SourceKey(Given):
    """The customer's key that ``source`` is encrypted with, named after it; its id is its ARN or UNENCRYPTED."""

    kind: ClassVar[str] = "key-of"

    source: Source

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield grant.read("kms:DescribeKey", on=environment.arn("kms", "key/*"))  # which one only AWS knows

    def read(self, aws: Aws) -> Observed:
        """Raises UsageError where the key is gone: then nobody can read the value any more."""
        _, named = self.source.look_up(aws)
        # AWS: an alias may stand in an ARN too, and a policy knows keys by their own ARN alone.
        if not named or named.rpartition(":")[2].startswith(MANAGED_KEYS):
            return Observed(UNENCRYPTED, {}, None)
        if ":key/" in named:  # it may be another account's, which says nothing of it
            return Observed(named, {}, None)
        found = key.described(aws, named)
        if found is None:
            raise UsageError(
                f"the KMS key {named} of {self.source.title} is gone",
                hint="encrypt it anew with a key that is there",
            )
        return Observed(UNENCRYPTED if found.get("KeyManager") == "AWS" else found["Arn"], {}, None)


def _parameters(aws: Aws, name: str) -> list[dict[str, Any]]:
    only = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
    return list(aws.pages(aws.client("ssm"), "describe_parameters", "Parameters", ParameterFilters=only))


def _secret(aws: Aws, name: str) -> dict[str, Any] | None:
    client = aws.client("secretsmanager")
    return unless({"ResourceNotFoundException"}, lambda: dict(client.describe_secret(SecretId=name)))


def _elsewhere(what: str, aws: Aws) -> UsageError:
    environment = aws.environment
    return UsageError(
        f"{what} is not of account {environment.account} in {environment.region}",
        hint="copy it to where the tasks run and name that one in secrets:",
    )
