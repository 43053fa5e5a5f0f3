"""Findings of a look ahead, as a tree in words and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from s3ecs.preflight import Verdict
from s3ecs.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3ecs.preflight import Finding

WORDS = {Verdict.OK: "ok", Verdict.NOT_OK: "NOT OK", Verdict.SKIPPED: "skipped"}


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """One line for each group, and under it one for each finding; a hint stands below what it is for."""
    for group in dict.fromkeys(finding.group for finding in findings):
        yield group
        for finding in findings:
            if finding.group == group:
                why = f": {finding.why}" if finding.why else ""
                yield visible(f"  {WORDS[finding.verdict]:7} {finding.what}{why}")
                if finding.verdict is Verdict.NOT_OK and finding.hint:
                    yield visible(f"          {finding.hint}")


def warning(finding: Finding) -> Iterator[str]:
    """One finding beside a plan, and its hint below it."""
    yield visible(f"  ! {finding.what}: {finding.why}")
    if finding.hint:
        yield visible(f"    {finding.hint}")


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """All of them."""
    return [asdict(finding) for finding in findings]
