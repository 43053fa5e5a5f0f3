"""Why a text is no YAML, in words that help who wrote it."""

from __future__ import annotations

import yaml

_WORDS = (
    ("\\t", "a tab indents here: YAML wants spaces"),
    ("tab character", "a tab indents here: YAML wants spaces"),
    ("cannot start any token", "no plain value begins with this character: write the value in quotes"),
    (
        "mapping values are not allowed",
        "a colon where no key can be: check the indentation, or write the text in quotes",
    ),
    ("',' or ']'", "this list is not closed: a ] or a comma is missing (text with braces wants quotes)"),
    ("',' or '}'", "this mapping is not closed: a } or a comma is missing (text with braces wants quotes)"),
    ("unexpected end of stream", "the text that begins here has no closing quote"),
    ("document separator", "the text that begins here has no closing quote"),
    ("invalid Unicode character", "no character has this number: write the character itself"),
    ("escape character", 'no such escape in "...": write the text in single quotes'),
    ("escape sequence", 'no such escape in "...": write the text in single quotes'),
    ("could not find expected ':'", "a key without a colon: write key: value"),
    ("expected <block end>", "this line does not fit the ones above: check the indentation and the quotes"),
    ("expected the node content", "a value is missing here"),
    ("incompatible YAML", "this version of YAML is not known: leave the %YAML line out"),
    ("tag handle", "tags such as !name are not accepted: write the value without it"),
)
_AT_START = ("',' or ", "end of stream", "document separator")


def explain(text: str, first: Exception) -> tuple[int, int, str]:
    """Return line, column and message for a ``text`` that a parser refused with ``first``.

    The parser in Python is asked again, because the fast one differs in words and places from machine to machine.
    """
    error = first
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as again:
        error = again
    except (ValueError, OverflowError):  # an escape beyond Unicode, which only the fast parser reports with a place
        pass
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return line, column, "a control character, which YAML does not allow: remove it"
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return 1, 1, "not YAML: a number or an escape is out of range"
    problem = error.problem or ""
    mark = error.problem_mark
    if error.context_mark is not None and any(part in problem for part in _AT_START):
        mark = error.context_mark
    message = next((words for part, words in _WORDS if part in problem), f"not YAML: {problem}")
    return mark.line + 1, mark.column + 1, message
