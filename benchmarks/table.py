"""One line a figure: what, measured, target, and whether it is met. Nothing is asserted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Figure:
    """One line; ``met`` is None where there is no target."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def at_most(what: str, measured: float, target: float, form: str = "{:.2f}", said: str = "") -> Figure:
    """A figure that has to be no more than its target; ``said`` tells how it came about."""
    return Figure(
        what, form.format(measured) + (f"  ({said})" if said else ""), form.format(target), measured <= target
    )


def at_least(what: str, measured: float, target: float, form: str = "{:.2f}", said: str = "") -> Figure:
    """A figure that has to be no less than its target."""
    return Figure(
        what, form.format(measured) + (f"  ({said})" if said else ""), form.format(target), measured >= target
    )


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print the lines of one group."""
    print(f"\n{title}")
    for figure in figures:
        verdict = {True: "ok", False: "over", None: ""}[figure.met]
        target = f"target {figure.target}" if figure.target else ""
        print(f"  {figure.what:<44} {figure.measured:<60} {target:<15} {verdict}".rstrip(), flush=True)
