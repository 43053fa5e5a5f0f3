"""What it costs to see that nothing has changed in a folder, and to see it for the first time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from benchmarks.table import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROUNDS: Final = 5
SMALL, FOLDERS = 10_000, 100
LARGE, SIZE = 1_000, 10**6
LOOK: Final = """
import sys, time
from pathlib import Path
from s3ecs.image.source import source_of
from s3ecs.spec.model import Build
begin = time.perf_counter()
source_of(Build(Path(sys.argv[1])), "linux/amd64")
print(time.perf_counter() - begin)
"""


def figures(folder: Path) -> Iterator[Figure]:
    """Ten thousand small files known, a thousand of 1 MB unknown; each beside what the system's own tools take."""
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    small, large = folder / "small", folder / "large"
    for number in range(SMALL):
        file = small / f"{number % FOLDERS}" / f"{number}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d" % number)
    large.mkdir()
    block = os.urandom(SIZE)
    for number in range(LARGE):
        (large / f"{number}").write_bytes(number.to_bytes(4, "big") + block[4:])
    for each in (small, large):
        (each / "Dockerfile").write_text("FROM scratch\n")
        _age(each)
    _look(small)  # from now on it is known
    yield _beside("10,000 files, unchanged, over find -ls", 2.0, lambda: _look(small), ["find", str(small), "-ls"])
    names = [str(each) for each in large.iterdir()]
    yield _beside(
        "1,000 files of 1 MB, unknown, over sha256sum", 1.3, lambda: _look(large, known=False), ["sha256sum", *names]
    )


def _age(folder: Path) -> None:
    """What was just written is not trusted to stay as it is, by its times; only waiting makes it older."""
    time.sleep(max(0.0, max(each.stat().st_ctime for each in folder.rglob("*")) + 2.5 - time.time()))


def _beside(what: str, target: float, look: Callable[[], float], words: list[str]) -> Figure:
    """The best of several rounds of each, taken in turns."""
    ours, theirs = zip(*((look(), _timed(words)) for _ in range(ROUNDS)), strict=True)
    said = f"{min(ours) * 1000:.0f} ms, {min(theirs) * 1000:.0f} ms"
    return at_most(what, min(ours) / min(theirs), target, said=said)


def _look(folder: Path, *, known: bool = True) -> float:
    """Seconds in a process of its own, without what Python takes to start."""
    env = os.environ if known else {**os.environ, "XDG_CACHE_HOME": os.devnull}
    done = subprocess.run([sys.executable, "-c", LOOK, str(folder)], env=env, capture_output=True, check=True)
    return float(done.stdout)


def _timed(words: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin
