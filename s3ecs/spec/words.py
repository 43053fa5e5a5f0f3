"""Templates in ``command`` and ``environment``: literal text and the words that a run fills in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = ("key", "bucket", "uri", "size", "etag", "version_id", "region", "time")

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<word>[^{}]*)\}|[{}]|[^{}]+")
PATTERN = rf"^(?:[^{{}}]|\{{\{{|\}}\}}|\{{(?:{'|'.join(WORDS)})\}})*$"
"""What ``parse`` takes, as a pattern of JSON Schema."""


@dataclass(frozen=True)
class Word:
    """One of WORDS; its value comes from the event that starts a run."""

    name: str


@dataclass(frozen=True)
class Template:
    """Literal strings and words in the order they were written; adjacent literals are joined, none is empty."""

    parts: tuple[str | Word, ...] = ()

    @property
    def literal(self) -> str | None:
        """The text of a template without words, None where it has any."""
        return None if self.words else "".join(part for part in self.parts if isinstance(part, str))

    @property
    def words(self) -> frozenset[str]:
        """The names of the words that it uses."""
        return frozenset(part.name for part in self.parts if isinstance(part, Word))

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with each word's value in its place."""
        return "".join(part if isinstance(part, str) else values[part.name] for part in self.parts)


def parse(text: str) -> Template:
    """Read ``text`` in time linear in its length; ``{{`` and ``}}`` are braces.

    Raises ValueError with the reason for an unknown word or a lone brace.
    """
    parts: list[str | Word] = []
    literal: list[str] = []
    for token in _TOKEN.finditer(text):
        written, word = token[0], token["word"]
        if word is not None:
            if word not in WORDS:
                raise ValueError(f"unknown word {written}, the words are {' '.join(f'{{{w}}}' for w in WORDS)}")
            if literal:
                parts.append("".join(literal))
                literal.clear()
            parts.append(Word(word))
        elif written in ("{", "}"):
            raise ValueError(f"a lone {written} must be written {written * 2}")
        else:
            literal.append(written[0] if written in ("{{", "}}") else written)
    if literal:
        parts.append("".join(literal))
    return Template(tuple(parts))
