"""Specs that are wrong in thousands of ways: each is refused with problems that name the place.

``make sweep WHAT=specs`` runs it whole.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.spec.reading import LINES, SCRAPS, problems

from .figures import Figure

WHOLE = 20_000
SEED = 5
KEY = re.compile(r"(?P<before> *(- )?)(?P<key>[a-z_]+):( (?P<value>\S.*))?$")
# Right below these the user chooses the keys.
FREE = ("environment", "tags", "secrets", "sidecars", "jobs", "tag")


@dataclass(frozen=True)
class Figures:
    """How many specs were ``mutated``, how many ended in ``clean`` errors, and how many are specs all the same."""

    mutated: int
    clean: int
    good: int

    def __str__(self) -> str:
        return f"specs mutated {self.mutated} / clean errors {self.clean} / still specs {self.good}"


Mutation = Callable[[random.Random, list[str]], None]


def _scrap(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    line, scrap = lines[at], rng.choice(SCRAPS)
    cut = rng.randint(0, len(line))
    key = line.partition(": ")[0]
    ways = ["", scrap, line[:cut] + scrap + line[cut:], line[:cut] + scrap, f"{key}: {scrap}", line * 2]
    lines[at] = rng.choice(ways)


def _indent(rng: random.Random, lines: list[str]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = " " * rng.randint(0, 9) + lines[at].lstrip()


def _swap(rng: random.Random, lines: list[str]) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _cut(rng: random.Random, lines: list[str]) -> None:
    begin = rng.randrange(len(lines))
    del lines[begin : begin + rng.randint(1, 5)]


def _twice(rng: random.Random, lines: list[str]) -> None:
    begin = rng.randrange(len(lines))
    lines[begin:begin] = lines[begin : begin + rng.randint(1, 5)]


MUTATIONS: tuple[Mutation, ...] = (_scrap, _scrap, _scrap, _indent, _swap, _cut, _twice)


def sweep(count: int, seed: int = SEED) -> Figures:
    """Read ``count`` mutations of the reference; raises what reading raised, or AssertionError."""
    rng = random.Random(seed)  # noqa: S311 - the same ones each time
    clean = 0
    for _ in range(count):
        lines = list(LINES)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            rng.choice(MUTATIONS)(rng, lines)
        data = bytearray("\n".join(lines).encode("utf-8", "surrogatepass"))
        if rng.random() < 0.1 and data:
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            clean += bool(problems(bytes(data)))
        except BaseException:
            sys.stderr.write(f"{bytes(data)!r}\n")
            raise
    return Figures(count, clean, count - clean)


def misspelt() -> list[tuple[int, int, bool]]:
    """Every key of the reference with a letter more: line and column of it, and whether a problem names just these."""
    found = []
    for at, line in enumerate(LINES):
        match = KEY.match(line)
        if match is None or _is_free(at):
            continue
        column = len(match["before"]) + 1
        lines = [*LINES[:at], line.replace(f"{match['key']}:", f"{match['key']}x:", 1), *LINES[at + 1 :]]
        told = problems("\n".join(lines).encode())
        found.append((at + 1, column, any((each.line, each.column) == (at + 1, column) for each in told)))
    return found


def mistyped() -> list[tuple[int, str, bool]]:
    """Every value of the reference replaced by what no key takes: its line, and whether a problem names that line."""
    found = []
    for at, line in enumerate(LINES):
        match = KEY.match(line)
        if match is None or match["value"] is None or _is_free(at):
            continue
        lines = [*LINES[:at], f"{match['before']}{match['key']}: [[[]]]", *LINES[at + 1 :]]
        told = problems("\n".join(lines).encode())
        found.append((at + 1, line, any(each.line == at + 1 for each in told)))
    return found


def _is_free(at: int) -> bool:
    """Whether a line is a name that the user chooses, or stands somewhere in a statement of IAM's."""
    above = _parents(at)
    return bool(above) and (above[0] in FREE or "policy" in above)


def _parents(at: int) -> list[str]:
    """The keys that a line stands under, the nearest first."""
    depth, found = _depth(at), []
    for line in range(at - 1, -1, -1):
        if _depth(line) < depth:
            depth = _depth(line)
            match = KEY.match(LINES[line])
            found.append(match["key"] if match else "")
    return found


def _depth(at: int) -> int:
    return len(LINES[at]) - len(LINES[at].lstrip())


def whole() -> list[Figure]:
    """Thousands of mutations, and every key and value of the reference. What reading raises is raised."""
    mutated = sweep(WHOLE)
    found = [Figure("specs mutated", f"clean errors {mutated.clean}, still specs", WHOLE, mutated.good)]
    for what, then, each in (
        ("keys misspelt", "named with line and column", misspelt()),
        ("values mistyped", "named with their line", mistyped()),
    ):
        figure = Figure(what, then)
        for line, *told, exact in each:
            figure.note(f"line {line} ({told[0]})", [] if exact else [f"not {then}"], lambda _: None)
        found.append(figure)
    return found
