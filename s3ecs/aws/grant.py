"""What a caller has to be allowed, in IAM's words: said beside the calls, and joined to a policy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION: Final = "2012-10-17"
MAX_MANAGED: Final = 6_144  # characters; AWS: of a managed policy, white space not counted
EVERYTHING: Final = "*"
NO_LEVEL: Final = "NoResourceLevel"

Conditions = dict[str, dict[str, Any]]


class Verb(StrEnum):
    """What of a resource's methods needs it.

    READ is also what a glance takes, SETTINGS the rest of reading; DATA is deleting what it holds, ADOPT what taking
    over one that is nobody's needs beyond updating it.
    """

    READ = "read"
    SETTINGS = "settings"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    DATA = "data"
    ADOPT = "adopt"


@dataclass(frozen=True)
class Grant:
    """``actions`` on the ARNs in ``on``, where the conditions in ``when`` hold."""

    verb: Verb
    actions: tuple[str, ...]
    on: tuple[str, ...]
    when: Conditions = field(default_factory=dict)


def _grant(verb: Verb, *actions: str, on: str | Iterable[str], when: Conditions | None = None) -> Grant:
    return Grant(verb, actions, (on,) if isinstance(on, str) else tuple(on), when or {})


read = partial(_grant, Verb.READ)
settings = partial(_grant, Verb.SETTINGS)
create = partial(_grant, Verb.CREATE)
update = partial(_grant, Verb.UPDATE)
delete = partial(_grant, Verb.DELETE)
data = partial(_grant, Verb.DATA)
adopt = partial(_grant, Verb.ADOPT)


def unleveled(*actions: str, verb: Verb = Verb.READ) -> Grant:
    """Actions that AWS checks for no resource in particular; a policy has them in a statement of their own."""
    return _grant(verb, *actions, on=EVERYTHING)


def pass_role(arns: Iterable[str], service: str) -> Grant:
    """Handing roles to a service, such as ``states``, and to no other."""
    return create("iam:PassRole", on=arns, when={"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}})


def document(grants: Iterable[Grant]) -> dict[str, Any]:
    """One policy of all of them: no action twice for one ARN, and none on an ARN that it was not granted on."""
    return {"Version": VERSION, "Statement": list(_statements(grants))}


def size(policy: Mapping[str, Any]) -> int:
    """Characters as AWS counts them."""
    return len("".join(json.dumps(policy, separators=(",", ":")).split()))


def parts(policy: Mapping[str, Any], most: int = MAX_MANAGED) -> list[dict[str, Any]]:
    """The same as policies of ``most`` characters each, of which together whoever has them all may do as much."""
    found: list[dict[str, Any]] = [{"Version": VERSION, "Statement": []}]
    for statement in (piece for each in policy["Statement"] for piece in _pieces(each, most)):
        grown = {"Version": VERSION, "Statement": [*found[-1]["Statement"], statement]}
        if size(grown) <= most:
            found[-1] = grown
        else:
            found.append({"Version": VERSION, "Statement": [statement]})
    return [each for each in found if each["Statement"]]


def _pieces(statement: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
    """A statement whose list of ARNs alone is too long for a policy, in halves."""
    arns = statement["Resource"]
    if size({"Version": VERSION, "Statement": [statement]}) <= most or len(arns) < 2:  # noqa: PLR2004 - a half has one
        yield statement
        return
    middle = len(arns) // 2
    for half in (arns[:middle], arns[middle:]):
        yield from _pieces({**statement, "Resource": half}, most)


def _statements(grants: Iterable[Grant]) -> Iterator[dict[str, Any]]:
    """Under one condition, actions that are granted on the same ARNs stand together, and services side by side.

    AWS: an action of one service does nothing to an ARN of another's, so nothing is granted by that.
    """
    arns: dict[tuple[str, str], set[str]] = {}
    for grant in grants:
        for action in grant.actions:
            arns.setdefault((_text(grant.when), action), set()).update(grant.on)

    def place(entry: tuple[tuple[str, str], set[str]]) -> tuple[str, bool, str, list[str]]:
        (when, action), on = entry
        level = on != {EVERYTHING}
        return (when, level, action.partition(":")[0] if level else "", sorted(on))

    layers: dict[tuple[str, bool, int], tuple[list[str], list[str]]] = {}
    found: dict[tuple[str, bool, str], int] = {}
    for (when, level, service, on), entries in groupby(sorted(arns.items(), key=place), key=place):
        at = found[when, level, service] = found.get((when, level, service), -1) + 1
        actions, resources = layers.setdefault((when, level, at), ([], []))
        actions += sorted(action for (_, action), _ in entries)
        resources += on
    number = count(1)
    for (when, level, _), (actions, resources) in layers.items():
        condition = json.loads(when)
        statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
        # AWS: ids are unique in a policy.
        yield (
            ({} if level else {"Sid": f"{NO_LEVEL}{next(number)}"})
            | statement
            | ({"Condition": condition} if condition else {})
        )


def _text(when: Conditions) -> str:
    return json.dumps(when, sort_keys=True)
