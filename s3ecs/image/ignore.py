"""What a ``.dockerignore`` leaves out of a build, as Docker's own pattern matcher has it.

Source: https://github.com/moby/patternmatcher, and its package ``ignorefile`` for what a line is.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from s3ecs.errors import UsageError

_CHAR: Final = "[^/]"


@dataclass(frozen=True)
class Pattern:
    """One line: ``kept`` is one with a ``!`` before it, which takes back in what earlier lines left out."""

    text: str
    kept: bool
    regex: re.Pattern[str]

    def may_match_under(self, folder: str) -> bool:
        """Whether it could match something in ``folder``; False only where it surely cannot."""
        for wanted, there in zip(self.text.split("/"), folder.split("/"), strict=False):
            if "**" in wanted:
                return True
            if not re.fullmatch(_translated(wanted), there, re.DOTALL):
                return False
        return True


@dataclass(frozen=True)
class Ignore:
    """The patterns of one file, in its order: the last that matches a path or a folder above it decides."""

    patterns: tuple[Pattern, ...] = ()

    @cached_property
    def _any(self) -> re.Pattern[str] | None:
        """All patterns in one, where none takes anything back in."""
        if any(each.kept for each in self.patterns):
            return None
        return re.compile("|".join(f"(?:{each.regex.pattern})" for each in self.patterns) or "(?!)", re.DOTALL)

    def matched(self, path: str, above: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
        """Whether ``path``, seen from the folder, is left out, and which patterns match it or a folder above it.

        ``above`` is the latter of the folder that it is in, empty for what is at the top.
        """
        if self._any is not None:
            return self._any.fullmatch(path) is not None, ()
        inherited = above or (False,) * len(self.patterns)
        hits = tuple(
            hit or each.regex.fullmatch(path) is not None for each, hit in zip(self.patterns, inherited, strict=True)
        )
        last = next((each for each, hit in zip(reversed(self.patterns), reversed(hits), strict=True) if hit), None)
        return last is not None and not last.kept, hits

    def may_keep_under(self, folder: str) -> bool:
        """Whether something in ``folder``, which itself is left out, may be taken back in."""
        return any(each.kept and each.may_match_under(folder) for each in self.patterns)


def parse(text: str, file: str) -> Ignore:
    """Read the lines of a ``.dockerignore``. Raises UsageError, naming ``file`` and the line, for a bad pattern."""
    patterns = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.startswith("#") or not (words := line.strip()):
            continue
        kept = words.startswith("!")
        cleaned = _clean(words[1:].strip() if kept else words)
        if cleaned in ("", ".") and not kept:
            continue  # Docker leaves nothing out by it
        try:
            patterns.append(Pattern(cleaned, kept, re.compile(_translated(cleaned), re.DOTALL)))
        except (ValueError, re.error) as error:
            raise UsageError(f"{file}:{number}: {words!a} is no pattern: {error}", hint="mend that line") from error
    return Ignore(tuple(patterns))


def _clean(pattern: str) -> str:
    """The shortest way to say the same path, seen from the folder."""
    cleaned = posixpath.normpath(pattern) if pattern else ""
    return cleaned.lstrip("/") if len(cleaned) > 1 else cleaned


def _translated(pattern: str) -> str:
    """A regular expression for the whole of a path. Raises ValueError where there can be none.

    ``*`` and ``?`` stay within a name, ``**`` is any number of folders, and a pattern that begins with ``**`` and has
    no other wildcard matches by its end alone.
    """
    if not pattern:
        raise ValueError("there is nothing behind the !")
    if pattern.startswith("**") and not re.search(r"[*?\\\[\]]", pattern[2:]):
        end = pattern[2:]
        return f"(?:.*/)?{re.escape(end[1:])}" if end.startswith("/") else f".*{re.escape(end)}"
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**", at):
            at += 3 if pattern.startswith("**/", at) else 2
            out += "(?:.*/)?" if at < len(pattern) else ".*"
            continue
        if char == "[":
            found, at = _class(pattern, at)
            out += found
            continue
        if char == "\\":
            at += 1
            if at == len(pattern):
                raise ValueError("it ends with a backslash")
            out += re.escape(pattern[at])
        else:
            out += {"*": f"{_CHAR}*", "?": _CHAR}.get(char) or re.escape(char)
        at += 1
    return out


def _class(pattern: str, at: int) -> tuple[str, int]:
    """The characters in brackets at ``at``, and where what follows them begins."""
    end = at + 1
    inside = ""
    if pattern.startswith("^", end):
        inside, end = "^", end + 1
    begin = end
    while end < len(pattern) and (pattern[end] != "]" or end == begin):
        if pattern[end] == "\\":
            end += 1
        if end == len(pattern):
            break
        inside += "-" if pattern[end] == "-" and pattern[end - 1] != "\\" else re.escape(pattern[end])
        end += 1
    if end >= len(pattern) or end == begin:
        raise ValueError("a [ is not closed")
    return f"[{inside}]", end + 1
