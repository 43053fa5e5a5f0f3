"""An IAM role of somebody else's that a job's tasks run with: only read, for its ARN."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Given, Observed
from s3ecs.errors import Refused
from s3ecs.resources.owned import from_pairs, refuse_own
from s3ecs.resources.role_parts import GONE

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws


@dataclass(frozen=True, eq=False, kw_only=True)
class ExistingRole(Given):
    """Its id is its ARN, path included; ``arns`` are those that the spec gives for a role of this name, if any."""

    kind: ClassVar[str] = "role"

    stack: str
    arns: frozenset[str] = frozenset()

    def may_be(self, environment: Environment) -> tuple[str, ...]:
        """The ARNs that it may have: a name says nothing of its path."""
        unwritten = (environment.iam(f"role/{self.name}"), environment.iam(f"role/*/{self.name}"))
        return tuple(sorted(self.arns)) or unwritten

    def grants(self, environment: Environment) -> Iterator[Grant]:
        yield grant.read("iam:GetRole", on=self.may_be(environment))

    def read(self, aws: Aws) -> Observed:
        """Raises Refused where it is absent, has another ARN, or is the stack's own."""
        found = unless(GONE, lambda: aws.iam.get_role(RoleName=self.name))
        if found is None:
            raise Refused(
                f"there is no role {self.name} in account {aws.environment.account}",
                hint="make it, or leave it out of the spec to have one made",
            )
        role = found["Role"]
        for arn in sorted(self.arns - {role["Arn"]}):
            raise Refused(f"there is no role {arn} in this account", hint=f"write {role['Arn']}, if that is meant")
        refuse_own(self.title, from_pairs(role.get("Tags", ())), self.stack)
        return Observed(role["Arn"], {}, None)
