"""The ``wildcard`` operator: ``*`` stands for any characters or none, ``\\*`` for a star, ``\\\\`` for a backslash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3ecs.pattern.refusal import InvalidPattern

if TYPE_CHECKING:
    from s3ecs.pattern.clause import Accepts


def pieces(text: str, path: str) -> tuple[str, ...]:
    """The literal pieces between the stars of ``text``: one more than there are stars, escapes resolved."""
    found = [""]
    rest = iter(enumerate(text))
    for at, character in rest:
        if character == "*":
            if text.startswith("**", at):
                raise InvalidPattern(f"Consecutive wildcard characters at pos {_position(text, at)}", path)
            found.append("")
        elif character == "\\":
            _, escaped = next(rest, (at, ""))
            if escaped not in ("*", "\\"):
                raise InvalidPattern(f"Invalid escape character at pos {_position(text, at)}", path)
            found[-1] += escaped
        else:
            found[-1] += character
    return tuple(found)


def fits(literals: tuple[str, ...]) -> Accepts:
    """A matcher of strings that never goes back: each piece is taken where it first occurs after the one before.

    That is enough, because an earlier place leaves more room for the pieces that follow; a regular expression would
    try all places of all pieces.
    """
    first, *middle, last = literals if len(literals) > 1 else (literals[0], "")
    if len(literals) == 1:
        return lambda value: bool(value == first)
    least = len(first) + len(last)

    def accepts(value: Any) -> bool:
        if not isinstance(value, str) or len(value) < least or not (value.startswith(first) and value.endswith(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for piece in middle:
            found = value.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return accepts


def _position(text: str, at: int) -> int:
    """AWS: positions count bytes of the text between its quotes, the opening one included."""
    return len(text[:at].encode(errors="surrogatepass")) + 1
