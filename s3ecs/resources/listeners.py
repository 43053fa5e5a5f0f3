"""Rules of others that listen to a bucket: they would hear nothing more of it, and say nothing either."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3ecs.resources.bucket_settings import get_tags
from s3ecs.resources.owned import STACK_TAG
from s3ecs.resources.rule import tags_of

if TYPE_CHECKING:
    from s3ecs.aws.session import Aws
    from s3ecs.resources.spot import Spot


def foreign_rules(spot: Spot) -> str | None:
    """In words, which rules on the default bus name this bucket and are not of the stack that it belongs to."""
    aws = spot.aws
    rules = aws.once("all rules", lambda: list(aws.pages(aws.events, "list_rules", "Rules")))
    listening = [rule for rule in rules if _names(rule.get("EventPattern", "{}"), spot.name)]
    if not listening:
        return None
    stack = get_tags(spot).get(STACK_TAG)
    others = sorted(rule["Name"] for rule in listening if not _is_ours(aws, rule, stack))
    return f"the attention of rules of others: {', '.join(others)}" if others else None


def _is_ours(aws: Aws, rule: dict[str, Any], stack: str | None) -> bool:
    """Whether a rule is the stack's, of which only those are asked whose name begins as its rules' do."""
    return rule["Name"].startswith(f"{stack}-") and tags_of(aws, rule["Arn"]).get(STACK_TAG) == stack


def _names(pattern: str, bucket: str) -> bool:
    try:
        detail: Any = json.loads(pattern).get("detail", {})
        named = detail.get("bucket", {}).get("name", ())
    except (AttributeError, ValueError):  # AWS accepts more forms than this one, and none of them names a bucket so
        return False
    return isinstance(named, list) and bucket in named
