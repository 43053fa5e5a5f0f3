"""What AWS says of a pattern that it does not take, and where in the pattern that is."""

from __future__ import annotations

from s3ecs.errors import UsageError


class InvalidPattern(UsageError):
    """An event pattern that AWS refuses: ``reason`` in AWS's words, ``path`` the dotted place, empty for the whole."""

    def __init__(self, reason: str, path: str = "") -> None:
        self.reason = reason
        self.path = path
        place = f"{path}: " if path else ""
        super().__init__(f"{place}{self.answer}")

    @property
    def answer(self) -> str:
        """The message of AWS's own InvalidEventPatternException, which names no place."""
        return f"Event pattern is not valid. Reason: {self.reason}"
