"""IAM's patterns, ``*`` for any text and ``?`` for one character, compared without backtracking."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def matches(pattern: str, text: str) -> bool:
    """Say whether ``pattern`` matches ``text``."""
    first, *rest = pattern.split("*")
    if not rest:
        return len(first) == len(text) and _same(first, text)
    *middle, last = rest
    if len(first) + len(last) > len(text) or not _same(first, text[: len(first)]):
        return False
    end = len(text) - len(last)
    at = len(first)
    for part in middle:  # each as far left as it goes leaves the most room to the others
        at = next((i + len(part) for i in range(at, end - len(part) + 1) if _same(part, text[i : i + len(part)])), -1)
        if at < 0:
            return False
    return _same(last, text[end:])


def meets(pattern: str, head: str, tail: str) -> bool:
    """Say whether ``pattern`` matches some text that begins with the literal ``head`` and then ends with ``tail``.

    With a star in the pattern only both ends count: any text in between can be had twice, once for each side.
    """
    first, star, rest = pattern.partition("*")
    if not star:
        return len(first) >= len(head) + len(tail) and _same(first[: len(head)], head) and _ends(first, tail)
    return _same(first[: len(head)], head[: len(first)]) and _ends(rest.rpartition("*")[2], tail)


def samples(head: str, tail: str) -> tuple[str, ...]:
    """Texts that stand for all that begin with ``head`` and end with ``tail``, also where one lies in the other.

    A pattern of stars that matches these matches all of them.
    """
    anything = "\0"  # stands for what no literal names, so only a star can take it
    shared = (at for at in range(1, min(len(head), len(tail)) + 1) if head.endswith(tail[:at]))
    return (f"{head}{anything}{tail}", f"{head}{tail}", *(f"{head}{tail[at:]}" for at in shared))


def covers(pattern: str, texts: Iterable[str]) -> bool:
    """Say whether ``pattern`` surely matches all that ``texts``, some samples, stand for."""
    return "?" not in pattern and all(matches(pattern, text) for text in texts)


def _ends(pattern: str, tail: str) -> bool:
    shared = min(len(pattern), len(tail))
    return _same(pattern[len(pattern) - shared :], tail[len(tail) - shared :])


def _same(pattern: str, text: str) -> bool:
    return pattern == text or ("?" in pattern and all(p in ("?", t) for p, t in zip(pattern, text, strict=True)))
