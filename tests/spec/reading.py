"""Reading whatever there is, and what has to be true of the problems."""

from __future__ import annotations

from pathlib import Path

from s3ecs.errors import Problem, SpecError
from s3ecs.spec.loading import load_bytes

ROOT = Path(__file__).parents[2]
FULL = (ROOT / "config/full.yaml").read_text(encoding="utf-8")
LINES = [line for line in FULL.splitlines() if line.strip() and not line.lstrip().startswith("#")]
"""The reference without its comments."""
SCRAPS = (
    ["", "~", "on", "0777", "1:30", "[", "]", "{", "}", "{key}", "- ", "? ", ": ", "&a ", "*a", "<<: *a", "!!binary x",
     "!!set {a}", "!x", "|", ">", "\t", "'", '"', '"\\U00110000"', '"\\ud800"', "\\", "%", "---\n", "...\n", "\x00",
     "\x85", "\ufeff", "日本", "2026-01-31", "1e3", ".nan", "9" * 5000, "#", "=", "jobs:", "{a: {a: {a: [[]]}}}"]
)  # fmt: skip


def problems(data: bytes) -> tuple[Problem, ...]:
    """Read ``data``; nothing for a good spec. Anything but SpecError is raised, and so is what nobody could print."""
    raised: SpecError | None = None
    try:
        load_bytes(data, file="s3ecs.yaml", folder=ROOT / "config")
    except SpecError as error:
        raised = error
    if raised is None:
        return ()
    last = data.decode("utf-8", "replace").count("\n") + data.count(b"\r") + data.count(b"\xc2\x85") + 2
    assert raised.problems
    assert all(1 <= problem.line <= last and problem.column >= 1 for problem in raised.problems)
    assert all(problem.message for problem in raised.problems)
    assert all(line.isprintable() for line in str(raised).split("\n"))
    return raised.problems
