"""An IAM role with one inline policy; everything in it is ours, so whatever else it carries is drift."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003 - dataclasses look at annotations
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from s3ecs.aws import grant
from s3ecs.aws.faults import unless
from s3ecs.engine.resource import Found, Ids, Observed, Props, Resource
from s3ecs.resources import policy, role_parts
from s3ecs.resources.owned import (
    PART_TAG,
    STACK_TAG,
    Owned,
    asking_for,
    carrying,
    making,
    to_pairs,
)
from s3ecs.resources.role_parts import GONE

if TYPE_CHECKING:
    from s3ecs.aws.environment import Environment
    from s3ecs.aws.grant import Grant
    from s3ecs.aws.session import Aws

POLICY_NAME: Final = "s3ecs"
PATHS: Final = "/s3ecs/"
UNBOUNDED: Final = "none"
NOT_YET = GONE | {"ConcurrentModification"}  # AWS: the latter is said while somebody else changes the role
SEEN_WITHIN = 60.0  # seconds; AWS: what was just written may be unknown to the next call
EMPTIED_WITHIN = 120.0
EMPTYING: Final = ("iam:DeleteRolePolicy", "iam:DetachRolePolicy")
LISTED_AT_ONCE = 1000  # AWS: the most that ListRoles gives; an account has 1,000 roles unless it asks for more


@dataclass(frozen=True, eq=False, kw_only=True)
class Role(Owned):
    """Its id is its ARN. IAM is global, so the name carries the region, and so does ``path`` where no spec names one.

    Beside ARNs, the Resource of a statement may have resources whose ARN AWS gives; one without an ARN is left out, and
    so is a statement of such alone. ``boundary`` is a policy's ARN.
    """

    kind: ClassVar[str] = "role"
    fixed: ClassVar[frozenset[str]] = frozenset({"path"})

    path: str
    trust: tuple[policy.Statement, ...]
    statements: tuple[policy.Statement, ...]
    boundary: str | None = None

    def desired(self, ids: Ids) -> Props:
        statements = [each for each in (_with_arns(each, ids) for each in self.statements) if each["Resource"]]
        policies = {POLICY_NAME: policy.document(statements)} if statements else {}
        return {
            "path": self.path,
            "trust": policy.document(list(self.trust)),
            "policies": policies,
            "attached": [],
            "boundary": self.boundary or UNBOUNDED,
            "tags": dict(self.tags),
        }

    def read(self, aws: Aws) -> Observed | None:
        found, inline, names, attached = aws.all_of_it(
            lambda: role_parts.found(aws, self.name),
            lambda: unless(GONE, lambda: aws.iam.get_role_policy(RoleName=self.name, PolicyName=POLICY_NAME)),
            lambda: unless(GONE, lambda: role_parts.inline(aws, self.name)) or [],
            lambda: unless(GONE, lambda: role_parts.attached(aws, self.name)) or [],
        )
        if found is None:
            return None
        role, tags = found
        policies: dict[str, Any] = {name: "a policy that is not ours" for name in names if name != POLICY_NAME}
        if inline is not None:
            policies[POLICY_NAME] = policy.normal(inline["PolicyDocument"])
        props = {
            "path": role["Path"],
            "trust": policy.normal(role["AssumeRolePolicyDocument"]),
            "policies": policies,
            "attached": sorted(attached),
            "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", UNBOUNDED),
            "tags": self.own(tags),
        }
        # AWS: a new role's ARN may be shown with an id in place of the name for a moment, so it is computed.
        return Observed(self.arn(aws.environment, role["Path"]), props, tags.get(STACK_TAG))

    def glance(self, aws: Aws) -> Observed | None:
        found = role_parts.found(aws, self.name)
        return (
            None
            if found is None
            else Observed(self.arn(aws.environment, found[0]["Path"]), {}, found[1].get(STACK_TAG))
        )

    def meanwhile(self, seen: Props, desired: Props) -> Props:
        before, after = (props["policies"].get(POLICY_NAME, {}).get("Statement", []) for props in (seen, desired))
        if not after or len(before) != len(after):
            return desired
        kept = [_covering(one, other) for one, other in zip(before, after, strict=True)]
        if None in kept:
            return desired
        return {**desired, "policies": {POLICY_NAME: {**desired["policies"][POLICY_NAME], "Statement": kept}}}

    def create(self, aws: Aws, props: Props) -> str:
        bounded = {"PermissionsBoundary": self.boundary} if self.boundary else {}
        with making("EntityAlreadyExists"):
            aws.iam.create_role(
                RoleName=self.name,
                Path=self.path,
                AssumeRolePolicyDocument=policy.text(props["trust"]),
                Tags=to_pairs(props["tags"]),
                **bounded,
            )
        aws.role_written()
        self._put_policies(aws, props["policies"])
        return self.arn(aws.environment)

    def update(self, aws: Aws, props: Props, changed: frozenset[str]) -> None:
        if "trust" in changed:
            aws.iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=policy.text(props["trust"]))
        if "policies" in changed:
            self._put_policies(aws, props["policies"])
            for name in set(role_parts.inline(aws, self.name)) - set(props["policies"]):
                role_parts.delete_inline(aws, self.name, name)
        if "attached" in changed:
            for arn in role_parts.attached(aws, self.name):
                role_parts.detach(aws, self.name, arn)
        if "boundary" in changed:
            self._put_boundary(aws)
        if "tags" in changed:
            aws.iam.tag_role(RoleName=self.name, Tags=to_pairs(props["tags"]))
        if changed - {"tags"}:
            aws.role_written()

    def _put_policies(self, aws: Aws, policies: Props) -> None:
        for name, document in policies.items():
            request = {"RoleName": self.name, "PolicyName": name, "PolicyDocument": policy.text(document)}
            put = partial(aws.iam.put_role_policy, **request)
            aws.again_while(NOT_YET, f"IAM to know the new {self.title}", put, seconds=SEEN_WITHIN)
            aws.role_written()

    def _put_boundary(self, aws: Aws) -> None:
        if self.boundary:
            aws.iam.put_role_permissions_boundary(RoleName=self.name, PermissionsBoundary=self.boundary)
        else:
            unless(GONE, lambda: aws.iam.delete_role_permissions_boundary(RoleName=self.name))

    def arn(self, environment: Environment, path: str | None = None) -> str:
        """Its ARN, or the one that it has under another path."""
        return environment.iam(f"role{path or self.path}{self.name}")

    def may_be(self, environment: Environment) -> tuple[str, ...]:
        """The ARNs that it may have."""
        return (self.arn(environment),)

    @classmethod
    def delete(cls, aws: Aws, found: Found, *, data: bool) -> None:
        name = found.name
        # AWS: a role must be empty before it can be deleted.
        inline, attached, _ = aws.together(
            lambda: unless(GONE, lambda: role_parts.inline(aws, name)) or [],
            lambda: unless(GONE, lambda: role_parts.attached(aws, name)) or [],
            lambda: role_parts.delete_inline(aws, name, POLICY_NAME),
        )
        for other in set(inline) - {POLICY_NAME}:
            role_parts.delete_inline(aws, name, other)
        for arn in attached:
            role_parts.detach(aws, name, arn)
        # AWS: for a moment the role may still seem to have what was just taken from it.
        aws.again_while(
            {"DeleteConflict", "ConcurrentModification"},
            f"IAM to see that role {name} is empty",
            lambda: unless(GONE, lambda: aws.iam.delete_role(RoleName=name)),
            seconds=EMPTIED_WITHIN,
        )

    def grants(self, environment: Environment) -> Iterator[Grant]:
        # The stack's own path tells its roles from others', and another path does not: there each is named.
        named = f"{self.stack}-*-{environment.region}"
        if self.path == path_of(self.stack, environment.region):
            own = of_stack = environment.iam(f"role{self.path}*")
        else:
            own, of_stack = self.arn(environment), environment.iam(f"role{self.path}{named}")
        ours, asked = carrying(self.stack), asking_for(self.stack)
        bound = {"iam:PermissionsBoundary": self.boundary} if self.boundary else {}
        bounded = {"StringEquals": bound}
        # AWS: one that is not there has no path by which it could be known.
        anywhere = [environment.iam(f"role/{named}"), environment.iam(f"role/*/{named}")]
        yield grant.read("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", on=anywhere)
        yield grant.settings("iam:GetRolePolicy", on=anywhere)
        yield grant.create("iam:CreateRole", on=own, when={"StringEquals": asked["StringEquals"] | bound})
        yield grant.create("iam:TagRole", on=own, when=asked)
        yield grant.create("iam:PutRolePolicy", on=own)
        yield grant.update(*EMPTYING, "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", on=own)
        yield grant.update("iam:TagRole", on=own, when=asked)
        if self.boundary:
            yield grant.update("iam:PutRolePermissionsBoundary", on=own, when=bounded)
        else:
            yield grant.update("iam:DeleteRolePermissionsBoundary", on=own)
        # AWS: of roles, these actions know aws:ResourceTag (the service authorization reference, and "Controlling
        # access to and for IAM users and roles using tags").
        yield grant.delete(*EMPTYING, "iam:DeleteRole", on=of_stack, when=ours)

    @classmethod
    def seeking(cls, environment: Environment, stack: str) -> Iterator[Grant]:
        yield grant.unleveled("iam:ListRoles")
        named = f"{stack}-*-{environment.region}"
        yield grant.read("iam:ListRoleTags", on=[environment.iam(f"role/{named}"), environment.iam(f"role/*/{named}")])

    @classmethod
    def discover(cls, aws: Aws, stack: str, known: frozenset[str]) -> Iterator[Found]:
        # AWS: roles are not in the tagging index, so all that there are are listed. IAM is global: the path tells the
        # region, and where a spec has named another path, the end of the name does.
        own, region = path_of(stack, aws.environment.region), aws.environment.region
        for role in aws.pages(aws.iam, "list_roles", "Roles", MaxItems=LISTED_AT_ONCE):
            name, path = role["RoleName"], role["Path"]
            elsewhere = name.startswith(f"{stack}-") and name.endswith(f"-{region}") and not path.startswith(PATHS)
            if name not in known and (path == own or elsewhere):
                tags = role_parts.tags_of(aws, name)
                if tags.get(STACK_TAG) == stack:
                    yield Found(cls.kind, name, role["Arn"], tags.get(PART_TAG))


def _with_arns(statement: policy.Statement, ids: Ids) -> policy.Statement:
    arns = [ids.of(each) if isinstance(each, Resource) else each for each in statement["Resource"]]
    return {**statement, "Resource": [arn for arn in arns if arn]}


def _covering(before: policy.Statement, after: policy.Statement) -> policy.Statement | None:
    """Both statements in one, where they differ in nothing but resources; else None."""
    both = sorted({*before.get("Resource", ()), *after["Resource"]}, key=str)
    return {**after, "Resource": both} if {**before, "Resource": both} == {**after, "Resource": both} else None


def path_of(stack: str, region: str) -> str:
    """The path of a stack's roles, unless its spec names another."""
    return f"{PATHS}{region}/{stack}/"
