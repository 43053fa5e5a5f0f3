"""One change of one setting, made with plain calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.resources.scene import Scene

OTHER = "arn:aws:iam::123456789012:role/other"


@dataclass(frozen=True)
class Case:
    """``act`` changes ``setting`` of the kind, which is then ``observed``."""

    kind: str
    setting: str
    observed: Any
    act: Callable[[Scene], Any]

    def __str__(self) -> str:
        return f"{self.kind}-{self.setting}-{self.observed}"[:60]
