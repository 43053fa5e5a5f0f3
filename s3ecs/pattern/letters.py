"""Comparing without regard to upper and lower case, one character at a time as AWS does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3ecs.pattern.clause import Accepts

_LAST_OF_ONE_UNIT = 0xFFFF


def equal(text: str) -> Accepts:
    """Accept ``text`` in any case."""
    form = re.compile(_in_any_case(text))
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def beginning(text: str) -> Accepts:
    """Accept what begins with ``text`` in any case."""
    form = re.compile(_in_any_case(text))
    return lambda value: isinstance(value, str) and form.match(value) is not None


def ending(text: str) -> Accepts:
    """Accept what ends with ``text`` in any case."""
    form = re.compile(rf"(?:{_in_any_case(text)})\Z")
    return lambda value: isinstance(value, str) and form.search(value) is not None


def _in_any_case(text: str) -> str:
    """A regular expression for ``text`` that takes each character as its lower or its upper form.

    Python's own IGNORECASE would also take characters that only fold to the same letter, such as the Kelvin sign.
    """
    return "".join(map(_either, text))


def _either(character: str) -> str:
    # AWS: characters beyond U+FFFF are two units there, and neither of them has another case.
    if ord(character) > _LAST_OF_ONE_UNIT or character.lower() == character.upper():
        return re.escape(character)
    return f"(?:{re.escape(character.lower())}|{re.escape(character.upper())})"
