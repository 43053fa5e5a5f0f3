"""How many keys a second ``match`` reads from standard input, its start included."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.children import ROOT, S3ECS, run
from benchmarks.table import Figure, at_least

if TYPE_CHECKING:
    from pathlib import Path

KEYS = 1_000_000
ROUNDS = 3


def figures(folder: Path) -> list[Figure]:
    """The figure of this part, with a spec of two jobs, each of which takes half of the keys."""
    keys = folder / "keys"
    keys.write_text("".join(f"target/{at}.csv\nreports/{at}.json\n" for at in range(KEYS // 2)), encoding="utf-8")
    spec = str(ROOT / "config" / "two-jobs.yaml")
    command = ("sh", "-c", 'keys=$1; shift; exec "$@" <"$keys"', "sh", str(keys), *S3ECS, "match", "--file", spec)
    wall = min(run(command, os.environ).wall for _ in range(ROUNDS))
    return [at_least("keys a second from standard input", KEYS / wall, 200_000, "{:,.0f}", f"{KEYS:,} keys")]
