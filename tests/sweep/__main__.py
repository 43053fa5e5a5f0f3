"""Every sweep, whole: ``python -m tests.sweep [WHAT ...]``. It takes hours; one line a sweep is what it found."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from s3ecs.local import control
from s3ecs.local.home import Home
from tests.connected import connected

from .ground import laid_out
from .table import NAMES, SPECS, STACKS, SWEEPS, Found, Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3ecs.local.control import Server

    from .figures import Figure

LANES = 2  # batches at once
BATCH = 40  # cases on one embedded AWS, which tells of what was deleted as AWS does, and gets slow with it
REGION = "eu-central-1"


def tell(line: str) -> None:
    """Progress, and what is not as promised."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a program's talk


def main(names: list[str]) -> int:
    """Run the sweeps of these names, or all; 1 where something is not as promised."""
    chosen = names or list(NAMES)
    if unknown := set(chosen) - set(NAMES):
        tell(f"there is no sweep {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    well = True
    with ThreadPoolExecutor(LANES) as pool:
        for name in chosen:
            for found in _found(pool, name):
                print(f"{name}: {found}", flush=True)  # noqa: T201 - a program's result
                well &= not found.faults
    return int(not well)


def _found(pool: ThreadPoolExecutor, name: str) -> Sequence[Found]:
    if name in SWEEPS:
        return [_swept(pool, name, SWEEPS[name])]
    if name in STACKS:
        with _embedded() as server:
            found = [STACKS[name](connected(server, REGION))]
    else:
        found = list(SPECS[name]())
    for fault in (fault for each in found for fault in each.faults):
        tell(f"{name}: {fault}")
    return found


def _swept(pool: ThreadPoolExecutor, name: str, sweep: Sweep) -> Figure:
    with _embedded() as server, laid_out(server, REGION, sweep.more) as first:
        cases = sweep.cases(first)

    def tried(begin: int) -> Figure:
        with _embedded() as server, laid_out(server, REGION, sweep.more, like=first) as ground:
            return sweep.tried(ground, cases[begin : begin + BATCH], partial(_tell_of, name))

    total: Figure | None = None
    for figure in pool.map(tried, range(0, len(cases), BATCH)):
        total = figure if total is None else total + figure
        tell(f"{name}, {len(cases)} cases, so far: {total}")
    assert total is not None, "no cases"
    return total


def _tell_of(name: str, fault: str) -> None:
    tell(f"{name}: {fault}")


@contextmanager
def _embedded() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "local")
        try:
            yield control.start(home)
        finally:
            control.stop(home)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
