"""When a delivery is tried again, and when no more: a target's RetryPolicy."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

FIRST = 0.2  # seconds before the first retry; AWS waits longer, but somebody watches here
CAP = 30.0  # seconds between two retries at the most


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long a delivery is tried; without a word from the target 185 times in a day, as on AWS."""

    attempts: int = 185
    age: float = 86_400.0

    @classmethod
    def of(cls, target: dict[str, Any]) -> RetryPolicy:
        """The target's own, with AWS's default for what it leaves out."""
        given = target.get("RetryPolicy") or {}
        return cls(
            attempts=given.get("MaximumRetryAttempts", cls.attempts),
            age=float(given.get("MaximumEventAgeInSeconds", cls.age)),
        )

    def exhausted(self, retries: int, age: float) -> str | None:
        """Which of the two conditions ends a delivery after so many retries and seconds; None for neither."""
        if retries >= self.attempts:
            return "MaximumRetryAttempts"
        return "MaximumEventAgeInSeconds" if age >= self.age else None

    def pause(self, retries: int, age: float) -> float:
        """Seconds until the next retry: doubled each time up to the cap, a fifth more or less, within the age."""
        doubled = min(FIRST * 2.0 ** min(retries, 20), CAP)
        return min(doubled * random.uniform(0.8, 1.2), max(self.age - age, 0.0))  # noqa: S311  (no secret)
