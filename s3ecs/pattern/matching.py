"""A compiled pattern: does an event match, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING, Any

from s3ecs.pattern import event as events
from s3ecs.pattern.field import ANYTHING, Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from s3ecs.pattern.event import Fields, Found, Membership

Alternative = dict[str, Field]
"""Fields by dotted path, all of which have to fit."""


@dataclass(frozen=True)
class Pattern:
    """An event pattern, compiled. It has one alternative, or one for each way through its ``$or``."""

    alternatives: tuple[Alternative, ...]
    _wanted: frozenset[str] = attribute(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note which parts of an event are worth a look."""
        wanted = events.prefixes(path for alternative in self.alternatives for path in alternative)
        object.__setattr__(self, "_wanted", wanted)

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Say whether EventBridge would send ``event``, read from JSON, to a rule with this pattern."""
        found = events.fields(event, self._wanted)
        return any(_fits(alternative, found) for alternative in self.alternatives)

    def why_not(self, event: Mapping[str, Any]) -> str | None:
        """The first clause that ``event`` fails, in a sentence that begins with its path; None where it matches.

        Where the pattern has several alternatives, the one that most fields fit is told.
        """
        if self.matches(event):
            return None
        found = events.fields(event, self._wanted)
        failures = [_failures(alternative, found) for alternative in self.alternatives]
        nearest = min(failures, key=len)[0]
        several = len(self.alternatives)
        return nearest if several == 1 else f"none of the pattern's {several} alternatives fits, and in one {nearest}"


def field_of(pattern: Pattern, path: Sequence[str]) -> Field:
    """What ``pattern`` asks of one field, ``("detail", "object", "key")`` say, to try many values on it.

    Raises LookupError where ``$or`` asks different things of it: then only whole events can be tried.
    """
    dotted = ".".join(path)
    asked = {id(one): one for one in (alternative.get(dotted, ANYTHING) for alternative in pattern.alternatives)}
    if len(asked) > 1:
        raise LookupError(f"the alternatives of $or ask different things of {dotted}")
    return next(iter(asked.values()))


def _fits(alternative: Alternative, found: Fields) -> bool:
    in_arrays = False
    for path, field in alternative.items():
        values = found.get(path)
        if values is None:
            if not field.absent:
                return False
            continue
        in_array = any(one.within for one in values)
        in_arrays = in_arrays or in_array
        # In another element of an array than the rest a value counts as absent.
        if not any(field.accepts(one.value) for one in values) and not (field.absent and in_array):
            return False
    return not in_arrays or _fits_together(alternative, found)


def _fits_together(alternative: Alternative, found: Fields) -> bool:
    """Say whether values can be chosen so that of one array no two fields use different elements.

    All choices are followed at once, field by field in the order of their names as AWS does, each remembered only by
    the elements that it has used of arrays still to come.
    """
    paths = sorted(alternative)
    choices: set[Membership] = {frozenset()}
    for at, path in enumerate(paths):
        values = found.get(path, [])
        later = {array for after in paths[at + 1 :] for one in found.get(after, ()) for array, _ in one.within}
        choices = {
            frozenset(place for place in chosen if place[0] in later)
            for choice in choices
            for chosen in _chosen(choice, alternative[path], values)
        }
    return bool(choices)


def _chosen(choice: Membership, field: Field, values: Sequence[Found]) -> list[Membership]:
    """What a choice can become with a value of one more field."""
    used = dict(choice)
    consistent = [one for one in values if all(used.get(array, at) == at for array, at in one.within)]
    if not consistent:
        return [choice] if field.absent else []
    return [choice | one.within for one in consistent if field.accepts(one.value)]


def _failures(alternative: Alternative, found: Fields) -> list[str]:
    told = [
        f"{path} {reason}"
        for path, field in alternative.items()
        if (reason := field.why_not([one.value for one in found.get(path, ())])) is not None
    ]
    return told or [f"no one element of an array has all that {', '.join(alternative)} ask for"]
