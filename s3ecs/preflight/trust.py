"""Roles of somebody else's that tasks run with: does their trust policy let ECS take them?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from s3ecs.aws.faults import unless
from s3ecs.preflight.finding import Finding, Verdict, found_out
from s3ecs.resources import policy
from s3ecs.resources.existing_role import ExistingRole
from s3ecs.resources.role_parts import GONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3ecs.preflight import Look

GROUP = "roles"
SERVICE = "ecs-tasks.amazonaws.com"


def check(look: Look) -> list[Finding]:
    """One finding for each existing role."""
    roles = [each for each in look.stack.resources if isinstance(each, ExistingRole)]
    asked = [partial(found_out, GROUP, each.title, partial(_assumable, each, look)) for each in roles]
    return [finding for answers in (look.aws.together(*asked) if asked else ()) for finding in answers]


def _assumable(role: ExistingRole, look: Look) -> Iterator[Finding]:
    found = unless(GONE, lambda: look.aws.iam.get_role(RoleName=role.name))
    if found is None:
        return  # told among what is given
    trust = policy.normal(found["Role"]["AssumeRolePolicyDocument"])
    if any(_lets_tasks(statement) for statement in trust["Statement"]):
        yield Finding(GROUP, role.title, Verdict.OK, f"{SERVICE} may take it")
    else:
        hint = f"let {SERVICE} do sts:AssumeRole in its trust policy"
        yield Finding(GROUP, role.title, Verdict.NOT_OK, f"{SERVICE} may not take it", hint)


def _lets_tasks(statement: dict[str, Any]) -> bool:
    """A statement in normal form; what its conditions ask of the task is not known yet."""
    actions = {action.lower() for action in statement.get("Action", ())}
    services = statement.get("Principal", {}).get("Service", ()) if isinstance(statement.get("Principal"), dict) else ()
    return statement["Effect"] == "Allow" and bool(actions & {"sts:assumerole", "sts:*", "*"}) and SERVICE in services
