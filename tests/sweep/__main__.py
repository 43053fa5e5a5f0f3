"""Every sweep, whole: ``python -m tests.sweep [WHAT ...]``. It takes hours; one line a sweep is what it found."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from s3ecs.local import control
from s3ecs.local.home import Home
from tests.connected import connected

from . import drift, faults, foreign, kills, others, specs
from .figures import Figure
from .ground import MANAGED, Ground, laid_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from s3ecs.aws.session import Aws
    from s3ecs.local.control import Server

LANES = 2  # sweeps at once


def tell(line: str) -> None:
    """Progress, and what is not as promised."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a program's talk


class Found(Protocol):
    """What a sweep found, as text; ``faults`` are what is not as promised."""

    @property
    def faults(self) -> Sequence[str]:
        """In words, each."""
        ...


PAUSES = [at / 20 for at in range(20)]
Sweep = tuple[dict[str, str], Callable[[Ground], list[Figure]]]


def _faults_once(ground: Ground) -> list[Figure]:
    each = faults.recover(ground, faults.once_each(ground), tell)
    at_all = faults.recover(ground, [*faults.once_all(), *faults.some_share(range(1, 11))], tell)
    at_all.what = "runs with each call failing once, or 30 % throttled,"
    return [each, at_all]


SWEEPS: Mapping[str, Sweep] = {
    "kills": ({}, lambda ground: [kills.sweep(ground, kills.all_of(ground), tell)]),
    "once": ({}, _faults_once),
    "for-ever": ({}, lambda ground: [faults.fail(ground, faults.for_ever(ground), tell)]),
    "stale": ({}, lambda ground: [others.stale(ground, others.all_reads(ground), tell)]),
    "at-once": ({}, lambda ground: [others.at_once(ground, PAUSES, tell)]),
    "pressed": ({}, lambda ground: [others.pressed(ground, others.all_calls(ground), tell)]),
    "managed-kills": (MANAGED, lambda ground: [kills.sweep(ground, kills.all_of(ground), tell)]),
    "managed-once": (MANAGED, lambda ground: [faults.recover(ground, faults.once_all(), tell)]),
    "managed-stale": (MANAGED, lambda ground: [others.stale(ground, others.all_reads(ground), tell)]),
    "managed-at-once": (MANAGED, lambda ground: [others.at_once(ground, PAUSES[::4], tell)]),
}
"""By name: further keys of the spec, and what is done. Each has a region of its own."""
STACKS: Mapping[str, Callable[[Aws], Found]] = {"drift": drift.whole, "foreign": foreign.whole}
"""By name: what is done by itself to stacks of its own."""
SPECS = "specs"
NAMES = (*SWEEPS, *STACKS, SPECS)
REGIONS = (
    *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"),
    *("us-east-2", "us-west-2", "sa-east-1", "ca-central-1", "ap-south-1"),
    *("ap-southeast-1", "ap-southeast-2", "ap-northeast-1"),
)


def main(names: list[str]) -> int:
    """Run the sweeps of these names, or all; 1 where something is not as promised."""
    chosen = names or list(NAMES)
    if unknown := set(chosen) - set(NAMES):
        tell(f"there is no sweep {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "local")
        server = control.start(home)
        try:
            with ThreadPoolExecutor(LANES) as pool:
                found = list(pool.map(lambda name: _run(server, name, Path(folder)), chosen))
        finally:
            control.stop(home)
    for name, figures in zip(chosen, found, strict=True):
        for figure in figures:
            print(f"{name}: {figure}")  # noqa: T201 - a program's result
    return int(any(figure.faults for figures in found for figure in figures))


def _run(server: Server, name: str, folder: Path) -> Sequence[Found]:
    try:
        return _found(server, name, folder)
    except Exception as error:
        tell(f"{name} broke off: {error!r}")  # others may go on for hours
        raise


def _found(server: Server, name: str, folder: Path) -> Sequence[Found]:
    region = REGIONS[NAMES.index(name)]
    figures: Sequence[Found]
    if name == SPECS:
        figures = specs.whole()
    elif name in STACKS:
        figures = [STACKS[name](connected(server, region))]
    else:
        more, sweep = SWEEPS[name]
        with laid_out(server, region, folder, more) as ground:
            figures = sweep(ground)
    for figure in figures:
        tell(f"{name}: {figure}")
        if name not in SWEEPS:  # the others have told theirs as they came
            for fault in figure.faults:
                tell(f"{name}: {fault}")
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
