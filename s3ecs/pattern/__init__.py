"""EventBridge's event patterns: read as AWS reads them, refused as AWS refuses them, matched as AWS matches them.

    pattern = loads('{"detail": {"object": {"key": [{"prefix": "in/"}]}}}')
    pattern.matches(event)                                             does a rule with it take this event?
    pattern.why_not(event)                                             the first clause that fails, None if it matches
    field_of(pattern, ("detail", "object", "key")).accepts("in/a")     the same for one field, a million times

What AWS documents is the source, and where that is silent its engine, https://github.com/aws/event-ruler.
"""

from __future__ import annotations

from s3ecs.pattern.document import QUOTA, loads, parse, size
from s3ecs.pattern.field import Field
from s3ecs.pattern.matching import Pattern, field_of
from s3ecs.pattern.refusal import InvalidPattern

__all__ = ["QUOTA", "Field", "InvalidPattern", "Pattern", "field_of", "loads", "parse", "size"]
