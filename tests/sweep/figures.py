"""What a sweep found: how many cases there were, how many came out as promised, and in words those that did not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Figure:
    """``what`` happened to so many cases, ``then`` is what came of ``well`` of them."""

    what: str
    then: str
    cases: int = 0
    well: int = 0
    missed: int = 0
    faults: list[str] = field(default_factory=list)

    def note(self, case: str, faults: list[str], tell: Callable[[str], None]) -> None:
        """Count a case; ``faults``, which ``tell`` hears of, are what is not as promised."""
        self.cases += 1
        self.well += not faults
        for fault in faults:
            self.faults.append(f"{case}: {fault}")
            tell(self.faults[-1])

    def __add__(self, other: Figure) -> Figure:
        """Both as one."""
        return Figure(
            self.what,
            self.then,
            self.cases + other.cases,
            self.well + other.well,
            self.missed + other.missed,
            self.faults + other.faults,
        )

    def __str__(self) -> str:
        missed = f", {self.missed} never came to their call" if self.missed else ""
        return f"{self.what} {self.cases} / {self.then} {self.well}{missed}"
