"""How much work a field's wildcards can make of one value, and when that is more than AWS takes.

AWS documents that a rule may be too complex and names ``*:*:*:*:*:event-bus/*`` as one. What is counted is published
with its engine: the beginnings of wildcards that one value can match at the same time, quotes around it included. The
number that is too many is not. In AWS's example eleven match at once, so ten are the most that it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from s3ecs.pattern import wildcard
from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MOST: Final = 10
REASON: Final = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences"
    " after a wildcard character"
)
_STAR: Final = ""
_ANY_OTHER: Final = "any other character"
_MOST_SEEN: Final = 10_000
"""Ours: so many sets of beginnings are looked at before a field is taken as it is, a bound on what a check costs."""

_Places = frozenset[tuple[int, int]]
"""Which beginnings match what was read so far: the wildcard's number and the length of its beginning."""


def check(entries: Iterable[Collection[str]], path: str) -> None:
    """Raise InvalidPattern if a value can match too many beginnings; an entry may have several wildcards."""
    different = {frozenset(wildcard.pieces(text, path) for text in entry) for entry in entries if entry}
    if at_once(different) > MOST:
        raise InvalidPattern(REASON, path)


def at_once(entries: Iterable[Collection[tuple[str, ...]]], enough: int = MOST + 1) -> int:
    """The most beginnings that one value can match, of wildcards given as pieces, or ``enough`` if there are more.

    What is read is followed for all values at once: a set of beginnings stands for all that lead there.
    """
    spelled = [(entry, _spelled(pieces)) for entry, each in enumerate(entries) for pieces in sorted(set(each))]
    words = [spelling for _, spelling in spelled]
    counted = [_counted(entry, number, spelling) for number, (entry, spelling) in enumerate(spelled)]
    start = _with_stars(frozenset((number, 0) for number in range(len(words))), words)
    seen, pending, most = {start}, [start], 0
    while pending and most < enough and len(seen) < _MOST_SEEN:
        places = pending.pop()
        for character in _next_characters(places, words):
            reached = _read(places, character, words)
            most = max(most, len({counted[number][length] for number, length in reached}))
            if reached not in seen:
                seen.add(reached)
                pending.append(reached)
    return min(most, enough)


def _spelled(pieces: tuple[str, ...]) -> list[str]:
    """The characters of a wildcard between quotes, as an event has them, with ``_STAR`` for each star."""
    first, *others = pieces
    spelling = ['"', *first]
    for piece in others:
        spelling += [_STAR, *piece]
    return [*spelling, '"']


def _counted(entry: int, number: int, spelling: list[str]) -> list[object]:
    """What each beginning counts as. AWS: those of one entry up to a first star are one where they are alike."""
    first = spelling.index(_STAR) + 1 if _STAR in spelling else len(spelling)
    return [(entry, *spelling[:length]) if length <= first else (number, length) for length in range(len(spelling) + 1)]


def _next_characters(places: _Places, words: list[list[str]]) -> set[str]:
    following = {words[number][length] for number, length in places if length < len(words[number])}
    return following - {_STAR} | {_ANY_OTHER}


def _read(places: _Places, character: str, words: list[list[str]]) -> _Places:
    """The beginnings that match after one more character."""
    longer = {(number, length + 1) for number, length in places if words[number][length : length + 1] == [character]}
    stars = {(number, length) for number, length in places if length and words[number][length - 1] == _STAR}
    return _with_stars(frozenset(longer | stars), words)


def _with_stars(places: _Places, words: list[list[str]]) -> _Places:
    """A star also stands for nothing, so what matches up to a star matches with it."""
    return places | {(number, length + 1) for number, length in places if words[number][length : length + 1] == [_STAR]}
