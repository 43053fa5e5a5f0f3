"""What was found wrong in a spec, and where each of its keys stands."""

from __future__ import annotations

from s3ecs.errors import Problem

Path = tuple[str | int, ...]
"""The way to a value: keys and, in lists, numbers from 0."""

Place = tuple[int, int]
"""Line and column, counted from 1."""

MAX_TEXT = 700
"""Room for a circle of jobs in words."""
MAX_QUOTED = 40


class Findings:
    """The problems of one file; whether a value can be relied on; where it stands."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = printable(file, limit=len(file))
        self._places: dict[Path, Place] = {}
        self._doubtful: set[Path] = set()

    def add(self, path: Path, message: str, place: Place | None = None) -> None:
        """Record a problem at ``path``; without ``place`` at its own or at the nearest place around it."""
        line, column = place or self._nearest(path)
        self.problems.append(Problem(self._file, line, column, dotted(path), printable(message)))
        self.doubt(path)

    def doubt(self, path: Path) -> None:
        """Say that the value at ``path``, and so what surrounds it, is not what its writer meant."""
        self._doubtful.update(path[:end] for end in range(len(path) + 1))

    def known(self, *paths: Path) -> bool:
        """Whether the values at all of ``paths`` (written or by default) are free of problems."""
        return self._doubtful.isdisjoint(paths)

    def written(self, path: Path) -> bool:
        """Whether the file has anything at ``path``."""
        return path in self._places

    def locate(self, path: Path, place: Place) -> None:
        """Remember where the value at ``path`` stands."""
        self._places[path] = place

    def _nearest(self, path: Path) -> Place:
        ends = range(len(path), -1, -1)
        return next((place for end in ends if (place := self._places.get(path[:end]))), (1, 1))


def dotted(path: Path) -> str:
    """Write a path as people do: ``jobs.convert.command[0]``; a key with other characters stands in quotes."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            plain = step.replace("-", "").replace("_", "").isalnum() and len(step) <= MAX_QUOTED
            text += f"{'.' if text else ''}{step if plain and step.isascii() else quoted(step)}"
    return text


def quoted(text: str) -> str:
    """Return ``text`` in double quotes, without control characters and not too long, for a message."""
    return f'"{printable(text, limit=MAX_QUOTED)}"'


def printable(text: str, *, limit: int = MAX_TEXT) -> str:
    """Return ``text`` cut at ``limit`` and with escapes for what could move a terminal's cursor."""
    cut = text if len(text) <= limit else f"{text[:limit]}..."
    return cut if cut.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)
