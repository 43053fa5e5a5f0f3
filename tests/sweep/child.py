"""What befalls a command of a sweep in its own process: its clock runs faster, and its calls are heard of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import boto3

from . import clock, hooks

if TYPE_CHECKING:
    from pathlib import Path

    from .hooks import Order

FACTOR = 20.0
"""How much faster the clock runs."""


def prepare(order: Order, log: Path) -> None:
    """Have all that is to come carry out ``order``, and note each call in ``log``."""
    clock.hurry(FACTOR)
    noted = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    hung = hooks.Hooks(order, noted)

    class Session(boto3.Session):  # type: ignore[misc]
        """One whose calls are heard of."""

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            hung.hang_on(self.events)

    boto3.Session = Session
