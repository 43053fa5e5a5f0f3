"""What one call answers of a resource, member by member."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ITSELF = "itself"
"""Where a setting would stand: what tells that the thing is there, whose it is and how it is called."""


@dataclass(frozen=True)
class Answer:
    """``read`` has by setting, ``left`` by the reason why nobody looks, which members there are, with spaces between.

    ``call`` is ``service Operation``, ``at`` the member with the thing in it. A member stands for all that is in it,
    unless a dotted name has some of that.
    """

    call: str
    at: str = ""
    read: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        """All of them; one stands twice where it is both."""
        return [member for names in (*self.read.values(), *self.left.values()) for member in names.split()]


# Reasons that many share.
SERVICE = "the service says so, nobody sets it"
MADE = "it is set when the thing is made and never after"
MEASURES = "it measures, and changes nothing"
OTHER_KINDS = "it is for another kind of thing than ours"
PAGES = "how long lists come"
WORDS = "words for people"
