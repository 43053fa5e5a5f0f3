"""Texts that are read by people or programs as a whole; ``S3ECS_RENEW=1 pytest`` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """``text`` is what the file says."""
    file = HERE / name
    if os.environ.get("S3ECS_RENEW"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
